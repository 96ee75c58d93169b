/**
 * How a copied configuration is changed (Jaderberg et al. 2017, "explore"), as Ray does it: each hyperparameter is
 * drawn anew with some probability; else a number is multiplied by one of the factors and a category moves to a
 * neighbour in its list. What results is a point of the space again: numbers keep to their range and their steps.
 */
import type {
  Assignment,
  Distribution,
  ParameterDefinition,
  ParameterValue,
  PbtOptions,
  Rng,
} from '@plumage/contract';
import type { Axis, CategoricalAxis } from '../../space/axis.ts';
import { type Domain, drawnDomain, uniform53 } from '../../space/domain.ts';
import type { Space } from '../../space/space.ts';

const clamp = (x: number, min: number, max: number): number => Math.min(Math.max(x, min), max);
const pick = <T>(rng: Rng, items: readonly T[]): T => items[rng.int(items.length)] as T;

/** For kinds with finitely many values, which are multiples of `q`: the value nearest to `value * factor`. */
const scaleInSteps = (
  d: Distribution,
  domain: Domain & { readonly isFinite: true },
  value: number,
  factor: number,
): ParameterValue => {
  const q = 'q' in d ? d.q : 1;
  const first = Math.round(Number(domain.at(0)) / q);
  const now = Math.round(value / q) - first;
  const scaled = Math.round((value * factor) / q) - first;
  // A small whole number times 1.2 is itself: it takes the next step in that direction.
  const moved = scaled === now ? now + Math.sign(value * factor - value) : scaled;
  return domain.at(clamp(moved, 0, domain.size - 1));
};

const scale = (
  definition: ParameterDefinition,
  axis: Axis & { kind: 'numeric' },
  value: number,
  factor: number,
) => {
  const domain = drawnDomain(definition.distribution);
  if (domain.isFinite) return scaleInSteps(definition.distribution, domain, value, factor);
  return clamp(value * factor, axis.fromUnit(0), axis.fromUnit(1));
};

const neighbour = (axis: CategoricalAxis, value: ParameterValue, rng: Rng): ParameterValue => {
  const to = axis.indexOf(value) + (rng.int(2) === 0 ? -1 : 1);
  return axis.values[clamp(to, 0, axis.values.length - 1)] ?? value;
};

/** Whether `value` is one that the axis can have: an older version of the definition may have given another. */
const isOn = (axis: Axis, value: ParameterValue | undefined): value is ParameterValue => {
  if (value === undefined) return false;
  switch (axis.kind) {
    case 'constant':
      return true;
    case 'categorical':
      return axis.indexOf(value) >= 0;
    case 'numeric':
      return axis.toUnit(value) !== null;
  }
};

const same = (a: ParameterValue | undefined, b: ParameterValue): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** One hyperparameter on from `value`. @param draw a value by its distribution */
const step = (
  definition: ParameterDefinition,
  axis: Axis,
  value: ParameterValue,
  options: PbtOptions,
  rng: Rng,
): ParameterValue => {
  const resamples = uniform53(rng) < options.resample;
  if (axis.kind === 'constant') return axis.value;
  if (resamples) return drawnDomain(definition.distribution).draw(rng);
  if (axis.kind === 'categorical') return neighbour(axis, value, rng);
  // Nought times anything is nought: only drawing leads away from it.
  if (typeof value !== 'number' || value === 0) return drawnDomain(definition.distribution).draw(rng);
  return scale(definition, axis, value, pick(rng, options.factors));
};

/**
 * The space's point with the values of `from`. What it lacks, and what hangs on a value that is another now, is drawn.
 * @param change what becomes of a value that is carried over
 */
const derive = (
  space: Space,
  from: Assignment,
  rng: Rng,
  change: (definition: ParameterDefinition, axis: Axis, value: ParameterValue) => ParameterValue,
): Assignment => {
  const changed = new Set<string>();
  return space.assemble((axis, i) => {
    const definition = space.parameters[i] as ParameterDefinition;
    const former = from[axis.path];
    const carries = isOn(axis, former) && !axis.when.some(({ parameter }) => changed.has(parameter));
    const value = carries ? change(definition, axis, former) : drawnDomain(definition.distribution).draw(rng);
    if (!same(former, value)) changed.add(axis.path);
    return value;
  });
};

/** A neighbour of `from` in the space. */
export const explore = (space: Space, from: Assignment, options: PbtOptions, rng: Rng): Assignment =>
  derive(space, from, rng, (definition, axis, value) => step(definition, axis, value, options, rng));

/** `from` itself, as far as it is still a point of the space. */
export const carryOn = (space: Space, from: Assignment, rng: Rng): Assignment =>
  derive(space, from, rng, (_definition, axis, value) => (axis.kind === 'constant' ? axis.value : value));
