/**
 * Whether exclusions leave nothing over. The numbers at which some range begins or ends cut each parameter into
 * pieces, and within a piece all values are excluded or none; so one value of each piece stands for all, and the
 * search for an allowed combination of them is exact, for continuous parameters too.
 */
import type { ParameterValue } from '../assignment.ts';
import { type Exclusion, isExcluded } from './exclusion.ts';
import { possibleOf } from './possible-value.ts';
import type { ParameterDefinition } from './sweep-definition.type.ts';

/** Some allowed combination is found at once unless nearly all are excluded; then this bounds the time. */
const MOST_COMBINATIONS = 100_000;

/** Parameters that exclusions name, and those whose values decide whether these are active; parents first. */
const involved = (
  exclusions: readonly Exclusion[],
  parameters: readonly ParameterDefinition[],
): ParameterDefinition[] => {
  const byPath = new Map(parameters.map((parameter) => [parameter.path, parameter]));
  const seen = new Set<string>();
  const ordered: ParameterDefinition[] = [];
  const visit = (path: string): void => {
    const parameter = byPath.get(path);
    if (parameter === undefined || seen.has(path)) return;
    seen.add(path);
    for (const condition of parameter.when) visit(condition.parameter);
    ordered.push(parameter);
  };
  for (const range of exclusions.flat()) visit(range.parameter);
  return ordered;
};

/** One value of each piece into which `edges` cut what the parameter can be. */
const representatives = (
  { distribution }: ParameterDefinition,
  edges: readonly number[],
): readonly ParameterValue[] => {
  const possible = possibleOf(distribution);
  if ('values' in possible) return possible.values;
  const { min, max, q } = possible;
  const inner = edges.filter((edge) => edge > min && edge < max);
  if (q !== null) {
    const ends = [min, max].filter(Number.isFinite);
    const steps = [...inner, ...ends, ...(ends.length === 0 ? [0] : [])].map((edge) => Math.round(edge / q));
    const near = steps.flatMap((step) => [step - 1, step, step + 1]).map((step) => step * q);
    return [...new Set(near)].filter((value) => value >= min && value <= max);
  }
  const cuts = [min, ...[...new Set(inner)].sort((a, b) => a - b), max];
  return cuts.slice(1).map((right, i) => {
    const left = cuts[i] ?? min;
    if (Number.isFinite(left) && Number.isFinite(right)) return left + (right - left) / 2;
    return Number.isFinite(left) ? left + 1 : Number.isFinite(right) ? right - 1 : 0;
  });
};

/** True when every assignment is excluded; false when one is allowed, or when too many would have to be tried. */
export const coversEverything = (
  exclusions: readonly Exclusion[],
  parameters: readonly ParameterDefinition[],
): boolean => {
  if (exclusions.length === 0) return false;
  const axes = involved(exclusions, parameters).map((parameter) => {
    const named = exclusions.flat().filter((range) => range.parameter === parameter.path);
    const edges = named.flatMap((range): readonly unknown[] =>
      'values' in range ? range.values : [range.min, range.max],
    );
    const numbers = edges.filter((edge) => typeof edge === 'number');
    return { parameter, values: representatives(parameter, numbers) };
  });
  let left = MOST_COMBINATIONS;
  const isCovered = (depth: number, assignment: Readonly<Record<string, ParameterValue>>): boolean => {
    const axis = axes[depth];
    if (axis === undefined) return isExcluded(exclusions, assignment) && left-- > 0;
    const { parameter, values } = axis;
    const isActive = parameter.when.every((condition) =>
      condition.values.some((value) => value === assignment[condition.parameter]),
    );
    return isActive
      ? values.every((value) => isCovered(depth + 1, { ...assignment, [parameter.path]: value }))
      : isCovered(depth + 1, assignment);
  };
  return isCovered(0, {});
};
