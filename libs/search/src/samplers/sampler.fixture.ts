/**
 * Sweeps played without agents: definitions from short texts, runs that end with a known loss, one by one or many in
 * flight and out of order, and the check that an assignment is a point of its space.
 */
import {
  type Assignment,
  createRng,
  type Distribution,
  type ParameterDefinition,
  type ParameterValue,
  parseSweepDefinition,
  type SweepDefinition,
} from '@plumage/contract';
import { type HistoryEntry, type Suggestion, suggestionKey } from '../sampler.ts';
import { createSearch } from '../search.ts';

/** A definition from its text; the names of parameters need not be the trainer's. */
export const definitionOf = (text: string): SweepDefinition => {
  const parsed = parseSweepDefinition(text, { accept: 'grammar' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition;
};

const isMultiple = (value: number, q: number): boolean => Math.abs(value / q - Math.round(value / q)) < 1e-6;

/** Whether `value` is one that `d` may give: type, bounds (widened by rounding to q) and multiples. */
const fits = (d: Distribution, value: ParameterValue): boolean => {
  if (d.kind === 'constant') return value === d.value;
  if (d.kind === 'categorical') return d.values.includes(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  const within = (min: number, max: number): boolean => value >= min && value <= max;
  const slack = 1 + 1e-12;
  switch (d.kind) {
    case 'int_uniform':
      return Number.isInteger(value) && within(d.min, d.max);
    case 'uniform':
    case 'log_uniform_values':
    case 'inv_log_uniform_values':
      return within(d.min, d.max);
    case 'q_uniform':
      return (
        within(d.min - d.q / 2, d.max + d.q / 2) && (isMultiple(value, d.q) || isMultiple(value - d.min, d.q))
      );
    case 'q_log_uniform_values':
      return within(d.min - d.q / 2, d.max + d.q / 2) && isMultiple(value, d.q);
    case 'log_uniform':
      return within(Math.exp(d.min) / slack, Math.exp(d.max) * slack);
    case 'q_log_uniform':
      return within(Math.exp(d.min) - d.q / 2, Math.exp(d.max) + d.q / 2) && isMultiple(value, d.q);
    case 'inv_log_uniform':
      return within(Math.exp(-d.max) / slack, Math.exp(-d.min) * slack);
    case 'normal':
      return true;
    case 'log_normal':
      return value > 0;
    case 'q_normal':
      return isMultiple(value, d.q);
    case 'q_log_normal':
      return value >= 0 && isMultiple(value, d.q);
  }
};

/** What is wrong with `assignment` as a point of the definition's space; null when nothing is. */
export const misfit = (parameters: readonly ParameterDefinition[], assignment: Assignment): string | null => {
  for (const { path, distribution, when } of parameters) {
    const active = when.every((c) => c.values.some((value) => value === assignment[c.parameter]));
    const value = assignment[path];
    if (active !== (value !== undefined)) return `${path} is ${value}, but active is ${active}`;
    if (value !== undefined && !fits(distribution, value))
      return `${path} = ${value} is outside of ${JSON.stringify(distribution)}`;
  }
  const unknown = Object.keys(assignment).find((key) => !parameters.some((p) => p.path === key));
  return unknown === undefined ? null : `${unknown} is no parameter`;
};

/** A loss that depends smoothly on every number, and on every category, so that there is something to learn. */
export const lossOf = (assignment: Assignment, objective = 0): number =>
  Object.entries(assignment).reduce((sum, [path, value]) => {
    const number = typeof value === 'number' ? value : JSON.stringify(value).length;
    const wanted = createRng(objective, path).next();
    return sum + (Math.atan(number) / 2 - wanted) ** 2;
  }, 0);

export type Outcome = Omit<HistoryEntry, 'number' | 'assignment' | 'parent' | 'place'>;

/** Finished at its last step, with `lossOf` in each metric, and with a checkpoint where others may go on from it. */
export const finished = (
  definition: SweepDefinition,
  assignment: Assignment,
  until: number | null,
): Outcome => ({
  state: 'FINISHED',
  objective: lossOf(assignment),
  objectives: definition.metrics.map((_, i) => lossOf(assignment, i)),
  step: until ?? 100,
  checkpointStep: until,
});

type Assigned = Suggestion & { readonly kind: 'assignment' };

/** Runs 1..count of a sweep, each of which ends before the next is asked for; fewer when the search ends. */
export const replay = (
  definition: SweepDefinition,
  count: number,
  outcome: (number: number, assignment: Assignment) => Outcome | null = () => null,
): HistoryEntry[] => {
  const search = createSearch(definition);
  const seen = new Set<string>();
  const history: HistoryEntry[] = [];
  for (let number = 1; number <= count; number++) {
    const suggestion = search.suggest({ runNumber: number, seen, history });
    if (suggestion.kind !== 'assignment') break;
    const { assignment, parent, until, place } = suggestion;
    seen.add(suggestionKey(suggestion));
    const ended = outcome(number, assignment) ?? finished(definition, assignment, until);
    history.push({ number, assignment, parent, place, ...ended });
  }
  return history;
};

/** A run as a database's row tells of it. */
export interface PlayedRun {
  readonly number: number;
  readonly suggestion: Assigned;
  /** How many results were known when it was asked for. */
  readonly knownResults: number;
  /** Its place in the order of results; Infinity while it goes on. */
  resultNumber: number;
}

/** The runs before `number` as they were known when `knownResults` of them had ended; entries are made anew. */
export const historyAt = (
  definition: SweepDefinition,
  runs: readonly PlayedRun[],
  number: number,
  knownResults: number,
): HistoryEntry[] =>
  runs
    .filter((run) => run.number < number)
    .map(({ number: of, suggestion: { assignment, parent, until, place }, resultNumber }) => {
      const ended = finished(definition, assignment, until);
      const outcome: Outcome =
        resultNumber <= knownResults
          ? ended
          : { ...ended, state: 'RUNNING', objective: null, objectives: [] };
      return { number: of, assignment, parent, place, ...outcome };
    });

/** A sweep of `count` runs of which `width` train at a time and end in an order of their own. */
export const playInFlight = (definition: SweepDefinition, count: number, width: number): PlayedRun[] => {
  const search = createSearch(definition);
  const rng = createRng(11, 'order of ends');
  const seen = new Set<string>();
  const runs: PlayedRun[] = [];
  const running: PlayedRun[] = [];
  let results = 0;
  const endOne = (): void => {
    const [run] = running.splice(rng.int(running.length), 1);
    if (run !== undefined) run.resultNumber = ++results;
  };
  while (runs.length < count) {
    if (running.length >= width) endOne();
    const number = runs.length + 1;
    const history = historyAt(definition, runs, number, results);
    const suggestion = search.suggest({ runNumber: number, seen, history });
    if (suggestion.kind === 'wait' && running.length > 0) {
      endOne();
      continue;
    }
    if (suggestion.kind !== 'assignment') break;
    seen.add(suggestionKey(suggestion));
    const run = { number, suggestion, knownResults: results, resultNumber: Number.POSITIVE_INFINITY };
    runs.push(run);
    running.push(run);
  }
  return runs;
};
