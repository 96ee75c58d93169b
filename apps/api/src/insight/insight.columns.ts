/** From what the pure functions find to the columns that the graph answers with. */
import type { Contour, Correlation, Importance, PlotAxis } from '@plumage/search';
import type { ParameterCorrelations, ParameterImportances } from './importance.type.ts';
import type { ImportanceMethod } from './insight.enum.ts';
import { type Goal, goalName, type ValuedRun } from './insight.service.ts';
import type { ParameterAxis, ParameterContour } from './insight.type.ts';

export const runColumns = (runs: readonly Pick<ValuedRun, 'id' | 'number'>[]) => ({
  runIds: runs.map(({ id }) => id),
  numbers: runs.map(({ number }) => number),
});

export const toAxis = ({ path, categories, scale }: PlotAxis): ParameterAxis => ({
  path,
  categories: categories === null ? null : [...categories],
  scale: scale === 'log' ? 'LOG' : 'LINEAR',
});

export const importanceColumns = (
  { runs, reason, parameters, pairs }: Importance,
  metric: string,
  method: ImportanceMethod,
): ParameterImportances => ({
  ...{ metric, method, runs, reason },
  parameters: parameters.map(({ path }) => path),
  importances: parameters.map(({ importance }) => importance),
  shares: parameters.map(({ variance }) => variance?.share ?? null),
  deviations: parameters.map(({ variance }) => variance?.deviation ?? null),
  pairA: pairs.map(({ a }) => a),
  pairB: pairs.map(({ b }) => b),
  pairShares: pairs.map(({ share }) => share),
});

export const correlationColumns = (found: readonly Correlation[], metric: string): ParameterCorrelations => ({
  metric,
  parameters: found.map(({ path }) => path),
  kinds: found.map(({ kind }) => (kind === 'numeric' ? 'NUMERIC' : 'CATEGORICAL')),
  counts: found.map(({ count }) => count),
  pearson: found.map(({ pearson }) => pearson?.value ?? null),
  pearsonP: found.map(({ pearson }) => pearson?.p ?? null),
  spearman: found.map(({ spearman }) => spearman?.value ?? null),
  spearmanP: found.map(({ spearman }) => spearman?.p ?? null),
  eta: found.map(({ eta }) => eta?.value ?? null),
  etaP: found.map(({ eta }) => eta?.p ?? null),
});

export const contourColumns = (found: Contour<ValuedRun>, metric: string, goal: Goal): ParameterContour => ({
  ...{ metric, goal: goalName(goal), ...runColumns(found.runs) },
  ...{ xAxis: toAxis(found.x), yAxis: toAxis(found.y), x: [...found.xs], y: [...found.ys] },
  ...{ values: [...found.values], ranks: [...found.ranks] },
  ...{ gridX: [...found.gridX], gridY: [...found.gridY], grid: [...found.grid] },
});
