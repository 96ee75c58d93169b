/**
 * What one suggestion costs with so many past runs, in milliseconds of CPU (all threads of this process, so a busy
 * machine changes little): the median of consecutive ones, where each run ends before the next is asked for and
 * the sampler may know what it knew before, as in the engine; and the first, which knows nothing yet.
 */
import { createSearch } from '@plumage/search';
import { benchDefinition, functionOf, Rows } from './study.ts';

export interface SuggestCost {
  readonly median: number;
  /** The first suggestion after a restart. */
  readonly first: number;
}

const REPEATS = 31;
/** Cheap suggestions are timed in groups, since the clock of CPU time is coarse. */
const GROUP_MS = 5;

/** Of two objectives for the sampler that is made for them. */
export const timedFunction = (sampler: string): string => (sampler === 'nsga2' ? 'zdt1' : 'hartmann6');

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Rows that the sampler made itself, as generations go on from their own; or at random, when its suggestions are so
 * dear that 10,000 of them would take minutes.
 */
const pastRuns = (sampler: string, past: number): Rows => {
  const name = timedFunction(sampler);
  const source = sampler === 'tpe' || sampler === 'gp' ? 'random' : sampler;
  const rows = new Rows(createSearch(benchDefinition(source, name, 1)), functionOf(name).evaluate);
  for (let number = 1; number <= past; number++) {
    rows.ask();
    rows.end(number);
  }
  return rows;
};

export const suggestCost = (sampler: string, past: number): SuggestCost => {
  const name = timedFunction(sampler);
  const rows = pastRuns(sampler, past).goOnWith(createSearch(benchDefinition(sampler, name, 1)));
  const next = (): void => {
    rows.ask();
    rows.end(rows.history.length);
  };
  const timed = (count: number): number => {
    const start = cpuMs();
    for (let i = 0; i < count; i++) next();
    return (cpuMs() - start) / count;
  };
  const first = timed(1);
  const probe = timed(3);
  const group = Math.min(50, Math.max(1, Math.ceil(GROUP_MS / Math.max(probe, 0.01))));
  const costs = Array.from({ length: REPEATS }, () => timed(group));
  return { median: Number(median(costs).toPrecision(3)), first: Number(first.toPrecision(3)) };
};
