/**
 * One search of ours on one function, to its end, as the engine runs it: rows in order of their numbers, unfinished
 * ones among them. Mode flight8 keeps eight runs going: eight are asked for, then each time the one that was asked
 * first ends and one more is asked for. optuna_peer.py does the same.
 */
import { parseSweepDefinition, type SweepDefinition } from '@plumage/contract';
import { createSearch, type HistoryEntry, type Search, suggestionKey } from '@plumage/search';
import { type BenchFunction, benchFunctions } from './functions.ts';
import { hypervolume } from './two-objectives.ts';

export const inFlight = { sequential: 1, flight8: 8 } as const;
export type Mode = keyof typeof inFlight;

/** Regrets are noted after each so many runs. */
export const EVERY = 10;

export interface StudyRequest {
  readonly sampler: string;
  readonly function: string;
  readonly mode: Mode;
  readonly seed: number;
  readonly trials: number;
}

export const functionOf = (name: string): BenchFunction => {
  const found = benchFunctions[name];
  if (found === undefined) {
    throw new RangeError(`no function ${name}; known are ${Object.keys(benchFunctions).join(', ')}`);
  }
  return found;
};

/** The sweep that a user would write for it. */
export const benchDefinition = (method: string, name: string, seed: number): SweepDefinition => {
  const { parameters, reference } = functionOf(name);
  const metric =
    reference === null
      ? 'metric: {name: loss, goal: minimize}'
      : 'metrics: [{name: first, goal: minimize}, {name: second, goal: minimize}]';
  const source = `method: ${method}
seed: ${seed}
run_cap: 100000
trainer: command
command: [./train]
${metric}
parameters:
${parameters}
`;
  const parsed = parseSweepDefinition(source);
  if (!parsed.ok) {
    throw new Error(`${method} on ${name}: ${parsed.problems.map(({ message }) => message).join('; ')}`);
  }
  return parsed.definition;
};

/** A sweep in memory: asks and ends runs in the order in which it is told to. */
export class Rows {
  readonly history: HistoryEntry[] = [];
  /** Of all runs, ended or not. */
  readonly losses: (readonly number[])[] = [];
  readonly #seen = new Set<string>();
  #search: Search;
  readonly #evaluate: BenchFunction['evaluate'];

  constructor(search: Search, evaluate: BenchFunction['evaluate']) {
    this.#search = search;
    this.#evaluate = evaluate;
  }

  /** From here on another search is asked, which knows nothing yet but these rows. */
  goOnWith(search: Search): this {
    this.#search = search;
    return this;
  }

  /** One more run. */
  ask(): void {
    const number = this.history.length + 1;
    const suggestion = this.#search.suggest({ runNumber: number, seen: this.#seen, history: this.history });
    if (suggestion.kind !== 'assignment') throw new Error(`run ${number}: the search is ${suggestion.kind}`);
    const { assignment } = suggestion;
    this.#seen.add(suggestionKey(suggestion));
    this.history.push({ number, assignment, state: 'RUNNING', objective: null });
    this.losses.push(this.#evaluate(assignment));
  }

  /** Run `number` ends; rows that have not changed stay the same objects, as in the engine's cache. */
  end(number: number): void {
    const [row, losses] = [this.history[number - 1], this.losses[number - 1]];
    if (row === undefined || losses === undefined) throw new RangeError(`there is no run ${number}`);
    this.history[number - 1] = {
      ...row,
      state: 'FINISHED',
      objective: losses[0] as number,
      ...(losses.length > 1 && { objectives: losses }),
    };
  }
}

/** How far the best of these is from the optimum; of two losses, the hypervolume that is missing. */
const regret = ({ optimum, reference }: BenchFunction, losses: readonly (readonly number[])[]): number =>
  Math.max(
    0,
    reference === null
      ? Math.min(...losses.map(([loss]) => loss as number)) - optimum
      : optimum - hypervolume(losses, reference),
  );

/** The regret after each ten runs, in the order in which they were asked for. */
export const runStudy = (request: StudyRequest): number[] => {
  const target = functionOf(request.function);
  const search = createSearch(benchDefinition(request.sampler, request.function, request.seed));
  const rows = new Rows(search, target.evaluate);
  const flight = inFlight[request.mode];
  while (rows.history.length < request.trials) {
    if (rows.history.length >= flight) rows.end(rows.history.length - flight + 1);
    rows.ask();
  }
  return Array.from({ length: Math.floor(request.trials / EVERY) }, (_, i) =>
    Number(regret(target, rows.losses.slice(0, (i + 1) * EVERY)).toPrecision(5)),
  );
};
