/** From the rows of a sweep to what samplers look at. */
import type { RunState, SweepMetric } from '@plumage/contract';
import type { HistoryEntry, Observation } from './sampler.ts';

const statusOf: Readonly<Record<RunState, Observation['status']>> = {
  QUEUED: 'running',
  RUNNING: 'running',
  PAUSED: 'running',
  FINISHED: 'done',
  PRUNED: 'stopped',
  FAILED: 'failed',
  CANCELLED: 'failed',
};

const lossesOf = (entry: HistoryEntry, metrics: readonly SweepMetric[]): number[] | null => {
  const values = metrics.length > 1 ? entry.objectives : [entry.objective];
  if (values === undefined || values.length < Math.max(1, metrics.length)) return null;
  const losses = values.map((value, i) => {
    if (value === null || !Number.isFinite(value)) return Number.NaN;
    return metrics[i]?.goal === 'maximize' ? -value : value;
  });
  return losses.some(Number.isNaN) ? null : losses;
};

const observe = (entry: HistoryEntry, metrics: readonly SweepMetric[]): Observation => {
  const status = statusOf[entry.state];
  const losses = status === 'failed' ? null : lossesOf(entry, metrics);
  const isLost = losses === null && (status === 'done' || status === 'stopped');
  return {
    number: entry.number,
    assignment: entry.assignment,
    status: isLost ? 'failed' : status,
    losses,
    step: entry.step ?? null,
    parent: entry.parent ?? null,
    place: entry.place ?? null,
    checkpointStep: entry.checkpointStep ?? null,
    finished: entry.state === 'FINISHED',
  };
};

/** Makes observations of a history; an entry that was seen before costs a look-up, so histories should reuse them. */
export const observer = (metrics: readonly SweepMetric[]) => {
  const known = new WeakMap<HistoryEntry, Observation>();
  return (history: readonly HistoryEntry[]): readonly Observation[] =>
    history.map((entry) => {
      const before = known.get(entry);
      if (before !== undefined) return before;
      const observation = observe(entry, metrics);
      known.set(entry, observation);
      return observation;
    });
};
