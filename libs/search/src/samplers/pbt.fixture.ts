/** Populations played without agents: each run trains a toy for as many steps as it is told to, from where its parent ended. */
import type { Assignment, PbtOptions, SweepDefinition } from '@plumage/contract';
import type { HistoryEntry, Suggestion } from '../sampler.ts';
import { suggestionKey } from '../sampler.ts';
import { createSearch } from '../search.ts';
import { definitionOf } from './sampler.fixture.ts';

export const populationOf = (
  parameters: string,
  options: Partial<PbtOptions> = {},
  more: Partial<SweepDefinition> = {},
): SweepDefinition => ({
  ...definitionOf(
    `{method: random, run_cap: 9, metric: {name: loss, goal: minimize}, parameters: ${parameters}}`,
  ),
  method: 'pbt',
  runCap: null,
  pbt: {
    ...{ population: 4, interval: 10, generations: 3, quantile: 0.25, resample: 0.25, factors: [1.2, 0.8] },
    ...options,
  },
  ...more,
});

export type Assigned = Suggestion & { readonly kind: 'assignment' };
export type Entry = HistoryEntry & { readonly suggestion: Assigned };

/** What a toy's training keeps between steps: its weights. */
export interface Toy<State> {
  readonly initial: State;
  readonly step: (state: State, assignment: Assignment, step: number) => State;
  readonly loss: (state: State, step: number) => number;
}

export interface Played<State> {
  readonly entries: readonly Entry[];
  readonly states: ReadonlyMap<number, State>;
  readonly end: 'exhausted' | 'wait';
}

/** Trains runs one after the other until the search says that no run is due. */
export const playPopulation = <State>(definition: SweepDefinition, toy: Toy<State>): Played<State> => {
  const search = createSearch(definition);
  const seen = new Set<string>();
  const entries: Entry[] = [];
  const states = new Map<number, State>();
  for (let number = 1; ; number++) {
    const suggestion = search.suggest({ runNumber: number, seen, history: entries });
    if (suggestion.kind !== 'assignment') return { entries, states, end: suggestion.kind };
    seen.add(suggestionKey(suggestion));
    const { assignment, parent, until, place } = suggestion;
    const from = entries.find((entry) => entry.number === parent);
    let state = from === undefined ? toy.initial : (states.get(from.number) ?? toy.initial);
    const last = until ?? 0;
    for (let step = from?.checkpointStep ?? 0; step < last; step++) state = toy.step(state, assignment, step);
    states.set(number, state);
    const result = { state: 'FINISHED', objective: toy.loss(state, last), step: last } as const;
    entries.push({ number, assignment, parent, place, checkpointStep: last, suggestion, ...result });
  }
};

/** What the search says after `history`. */
export const next = (definition: SweepDefinition, history: readonly HistoryEntry[]) =>
  createSearch(definition).suggest({
    runNumber: history.length + 1,
    seen: new Set(history.map(suggestionKey)),
    history,
  });

/** The run after `history`. @throws Error when there is none */
export const nextRun = (definition: SweepDefinition, history: readonly HistoryEntry[]) => {
  const suggestion = next(definition, history);
  if (suggestion.kind !== 'assignment') throw new Error(`${suggestion.kind} after ${history.length} runs`);
  return suggestion;
};

/** Generation 0 of as many members as there are losses, all ended with a checkpoint. */
export const firstGeneration = (
  losses: readonly (number | null)[],
  more: Partial<HistoryEntry> = {},
): HistoryEntry[] =>
  losses.map((objective, member) => ({
    ...{ number: member + 1, assignment: { rate: 0.1 + member / 10 }, state: 'FINISHED', parent: null },
    ...{ objective, step: 10, place: { member, generation: 0 }, checkpointStep: 10 },
    ...more,
  }));
