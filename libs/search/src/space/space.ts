/**
 * A search space with conditions, as a tree that is never written out: a parameter's branches are its values, and
 * a parameter whose condition does not hold has one branch, absence. Any point can be reached by its number, so a
 * grid of a million points costs nothing until its points are asked for.
 *
 * Order: parameters as written, except that one comes after those that its conditions name; the last varies fastest.
 */
import {
  type Assignment,
  type Condition,
  type Exclusion,
  isExcluded,
  type ParameterDefinition,
  type ParameterValue,
  type Rng,
} from '@plumage/contract';
import { type Axis as EncodedAxis, axisOf } from './axis.ts';
import { type Domain, drawnDomain, gridDomain, uniform53 } from './domain.ts';

export interface Space {
  /** Parents before children. */
  readonly parameters: readonly ParameterDefinition[];
  /** The same parameters as numbers of the unit interval and as categories, in the same order. */
  readonly axes: readonly EncodedAxis[];
  /**
   * Number of different assignments, excluded ones among them; Infinity with a continuous parameter; approximate
   * above 2^53.
   */
  readonly size: number;
  /** Whether some region is excluded, so that `allows` can say no. */
  readonly hasExclusions: boolean;
  /** False in an excluded region. Every other function here knows nothing of exclusions. */
  allows(assignment: Assignment): boolean;
  /** The assignment of what `choose` gives for each parameter whose conditions hold, asked for parents first. */
  assemble(choose: (axis: EncodedAxis, index: number) => ParameterValue): Assignment;
  /** Point number `index` in the space's order. @throws RangeError unless the space is finite and 0 <= index < size */
  pointAt(index: number): Assignment;
  /** A point by the parameters' distributions. */
  draw(rng: Rng): Assignment;
  /** A point of which all are equally likely, whatever the distributions say: finds the rare ones. */
  drawEvenly(rng: Rng): Assignment;
}

/** How many points a continuous parameter counts for, when branches are weighed against each other. */
const CONTINUOUS_WEIGHT = 2 ** 32;

interface Axis {
  readonly path: string;
  readonly domain: Domain;
  readonly when: readonly Condition[];
  /** Positions whose value some condition names, ascending; only these must be told apart when counting. */
  readonly named: readonly number[];
  /** Index of the last axis with a condition on this one; -1 without. */
  readonly lastUse: number;
}

/** Values of the axes so far that later conditions ask for. Absent: inactive, or a value that none names. */
type Chosen = ReadonlyMap<string, ParameterValue>;

/** `length` values from position `start` on, after all of which the rest of the tree looks the same. */
interface Branch {
  readonly start: number;
  readonly length: number;
  readonly chosen: Chosen;
}

const holds = (when: readonly Condition[], valueOf: (path: string) => ParameterValue | undefined): boolean =>
  when.every(({ parameter, values }) => values.some((value) => value === valueOf(parameter)));

const parentsFirst = (parameters: readonly ParameterDefinition[]): ParameterDefinition[] => {
  const byPath = new Map(parameters.map((p) => [p.path, p]));
  const ordered = new Set<ParameterDefinition>();
  const visit = (parameter: ParameterDefinition): void => {
    if (ordered.has(parameter)) return;
    for (const condition of parameter.when) {
      const parent = byPath.get(condition.parameter);
      if (parent !== undefined) visit(parent);
    }
    ordered.add(parameter);
  };
  parameters.forEach(visit);
  return [...ordered];
};

const toAxes = (parameters: readonly ParameterDefinition[], toDomain: typeof drawnDomain): Axis[] =>
  parameters.map(({ path, distribution, when }) => {
    const domain = toDomain(distribution);
    const users = parameters.flatMap((p, i) =>
      p.when.filter((c) => c.parameter === path).map((c) => ({ i, values: c.values })),
    );
    const positions = domain.isFinite
      ? users.flatMap((u) => u.values.map((value) => domain.positionOf(value)))
      : [];
    const named = [...new Set(positions.filter((position) => position >= 0))].sort((a, b) => a - b);
    return { path, domain, when, named, lastUse: Math.max(-1, ...users.map((u) => u.i)) };
  });

const branchesOf = (axis: Axis, chosen: Chosen): Branch[] => {
  if (!holds(axis.when, (path) => chosen.get(path))) return [{ start: -1, length: 1, chosen }];
  const { domain } = axis;
  if (!domain.isFinite) return [{ start: 0, length: CONTINUOUS_WEIGHT, chosen }];
  const branches: Branch[] = [];
  let from = 0;
  for (const position of axis.named) {
    if (position > from) branches.push({ start: from, length: position - from, chosen });
    branches.push({
      start: position,
      length: 1,
      chosen: new Map([...chosen, [axis.path, domain.at(position)]]),
    });
    from = position + 1;
  }
  if (domain.size > from) branches.push({ start: from, length: domain.size - from, chosen });
  return branches;
};

/** Number of points below axis `i`, remembered by what of `chosen` still matters there. */
const pointCounter = (axes: readonly Axis[]) => {
  const known = new Map<string, number>();
  const lastUse = new Map(axes.map((axis) => [axis.path, axis.lastUse]));
  const count = (i: number, chosen: Chosen): number => {
    const axis = axes[i];
    if (axis === undefined) return 1;
    const matters = [...chosen].filter(([path]) => (lastUse.get(path) ?? -1) >= i);
    const key = JSON.stringify([i, matters]);
    const found = known.get(key);
    if (found !== undefined) return found;
    const still = new Map(matters);
    const sum = branchesOf(axis, still).reduce((all, b) => all + b.length * count(i + 1, b.chosen), 0);
    known.set(key, sum);
    return sum;
  };
  return count;
};

/** Goes down the tree; `pick` says, of `total` points at this level, which one, and gets back what is left of it. */
const descender =
  (axes: readonly Axis[], count: ReturnType<typeof pointCounter>) =>
  (pick: (total: number) => number, keep: (rest: number) => void, rng: Rng | null): Assignment => {
    const assignment: Record<string, ParameterValue> = {};
    let chosen: Chosen = new Map();
    for (const [i, axis] of axes.entries()) {
      const branches = branchesOf(axis, chosen);
      let rest = pick(branches.reduce((all, b) => all + b.length * count(i + 1, b.chosen), 0));
      for (const [n, branch] of branches.entries()) {
        const below = count(i + 1, branch.chosen);
        if (rest >= branch.length * below && n < branches.length - 1) {
          rest -= branch.length * below;
          continue;
        }
        const offset = Math.min(Math.floor(rest / below), branch.length - 1);
        keep(rest - offset * below);
        chosen = branch.chosen;
        if (branch.start < 0) break;
        if (axis.domain.isFinite) assignment[axis.path] = axis.domain.at(branch.start + offset);
        else if (rng !== null) assignment[axis.path] = axis.domain.draw(rng);
        break;
      }
    }
    return assignment;
  };

/**
 * Compiles a definition's parameters to a space.
 *
 * @param style 'grid' takes q_uniform as W&B's grids do; 'drawn' as its random searches do
 */
export const compileSpace = (
  definitions: readonly ParameterDefinition[],
  style: 'grid' | 'drawn',
  exclude: readonly Exclusion[] = [],
): Space => {
  const parameters = parentsFirst(definitions);
  const axes = toAxes(parameters, style === 'grid' ? gridDomain : drawnDomain);
  const count = pointCounter(axes);
  const size = axes.every((axis) => axis.domain.isFinite) ? count(0, new Map()) : Number.POSITIVE_INFINITY;

  const descend = descender(axes, count);

  const encoded = parameters.map(axisOf);

  return {
    parameters,
    axes: encoded,
    size,
    hasExclusions: exclude.length > 0,
    allows: (assignment) => !isExcluded(exclude, assignment),
    assemble(choose) {
      const assignment: Record<string, ParameterValue> = {};
      for (const [i, axis] of encoded.entries()) {
        if (holds(axis.when, (parent) => assignment[parent])) assignment[axis.path] = choose(axis, i);
      }
      return assignment;
    },
    pointAt(index) {
      if (!Number.isSafeInteger(index) || index < 0 || index >= size || size === Number.POSITIVE_INFINITY) {
        throw new RangeError(`pointAt: index must be a whole number from 0 to below ${size}, got ${index}`);
      }
      let left = index;
      return descend(
        () => left,
        (rest) => {
          left = rest;
        },
        null,
      );
    },
    draw(rng) {
      const assignment: Record<string, ParameterValue> = {};
      for (const { path, domain, when } of axes) {
        if (holds(when, (parent) => assignment[parent])) assignment[path] = domain.draw(rng);
      }
      return assignment;
    },
    drawEvenly: (rng) =>
      descend(
        (total) => Math.floor(uniform53(rng) * total),
        () => undefined,
        rng,
      ),
  };
};
