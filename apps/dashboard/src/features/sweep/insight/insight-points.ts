/** From the columns of the graph to what the charts draw. */
import type { SweepDefinition } from '@plumage/contract';
import type { ChartAxis, ParallelRun, ScatterPoint } from '@plumage/charts';

export interface GraphAxis {
  readonly path: string;
  readonly categories: readonly string[] | null;
  readonly scale: 'LINEAR' | 'LOG';
}

export const chartAxisOf = ({ path, categories, scale }: GraphAxis): ChartAxis => ({
  label: path,
  categories,
  isLog: scale === 'LOG',
});

export const metricAxis = (label: string): ChartAxis => ({ label, categories: null, isLog: false });

/** 1 for the best rank, 0 for the worst; 1 for one alone. */
export const weightOf = (rank: number, count: number): number =>
  count > 1 ? 1 - (rank - 1) / (count - 1) : 1;

interface PointColumns {
  readonly runIds: readonly string[];
  readonly numbers: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** 1 is the best. */
  readonly ranks: readonly number[];
}

/** The best run is marked. */
export const pointsOf = ({ runIds, numbers, x, y, ranks }: PointColumns): readonly ScatterPoint[] =>
  runIds.map((runId, i) => ({
    runId,
    label: `run ${numbers[i] ?? ''}`,
    x: x[i] ?? Number.NaN,
    y: y[i] ?? Number.NaN,
    weight: weightOf(ranks[i] ?? runIds.length, runIds.length),
    isMarked: ranks[i] === 1,
  }));

/** Parameters that are searched: all but constants, in the order of the definition. */
export const searchedPaths = (definition: SweepDefinition): readonly string[] =>
  definition.parameters.flatMap(({ path, distribution }) => (distribution.kind === 'constant' ? [] : [path]));

interface AssignedRun {
  readonly state: string;
  readonly id: string;
  readonly name: string;
  readonly assignment: unknown;
  readonly objective: number | null;
}

/** Where these stood when they ended says nothing about their configuration. */
const gaveUp: readonly string[] = ['FAILED', 'CANCELLED'];

const isLogKind = (kind: string): boolean => kind.includes('log');
const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * The runs that have an objective as lines over the searched parameters, the objective last. A parameter whose
 * values are not all numbers is an axis of categories, those of the definition first.
 */
export const parallelOf = (
  definition: SweepDefinition,
  runs: readonly AssignedRun[],
  metric: string,
): { readonly axes: readonly ChartAxis[]; readonly runs: readonly ParallelRun[] } => {
  const shown = runs.filter(({ objective, state }) => objective !== null && !gaveUp.includes(state));
  const assigned = shown.map(({ assignment }) => (assignment ?? {}) as Readonly<Record<string, unknown>>);
  const searched = definition.parameters.filter(({ distribution }) => distribution.kind !== 'constant');
  const axes = searched.map(({ path, distribution }): ChartAxis => {
    const present = assigned.map((one) => one[path]).filter((value) => value !== undefined);
    const listed = distribution.kind === 'categorical' ? distribution.values : [];
    const isWords = [...listed, ...present].some((value) => typeof value !== 'number');
    const categories = isWords ? [...new Set([...listed, ...present].map(wordOf))] : null;
    return { label: path, categories, isLog: isLogKind(distribution.kind) };
  });
  const placeOf = (axis: ChartAxis, value: unknown): number | null => {
    if (value === undefined) return null;
    return axis.categories === null ? Number(value) : axis.categories.indexOf(wordOf(value));
  };
  return {
    axes: [...axes, metricAxis(metric)],
    runs: shown.map((run, i) => ({
      runId: run.id,
      label: run.name,
      values: [...axes.map((axis) => placeOf(axis, assigned[i]?.[axis.label])), run.objective],
    })),
  };
};
