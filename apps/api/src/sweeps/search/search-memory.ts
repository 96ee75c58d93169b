/**
 * One version of a sweep's search as this process knows it: compiled once, its history appended and never read again.
 * An entry is replaced only when its run's result is taken in, since samplers remember what they made of an entry.
 */
import type { SweepDefinition } from '@plumage/contract';
import {
  createSearch,
  type HistoryEntry,
  type Search,
  type SeenAssignments,
  type Suggestion,
  suggestionKey,
} from '@plumage/search';
import { storedKey } from '../new-run.rule.ts';
import { assignmentNow, historyEntry } from './history.rule.ts';
import type { HistoryRow, KnownSoFar } from './history.sql.ts';

type Suggested = Suggestion & { readonly kind: 'assignment' };

export class SearchMemory {
  readonly search: Search;
  private readonly keys = new Set<string>();
  private readonly entries: HistoryEntry[];
  /** Where the entry of a run stands. */
  private readonly places = new Map<number, number>();
  private lastNumber = 0;
  private lastResult = 0;
  private readonly seen: SeenAssignments;

  /** @param earlier results of other sweeps, their numbers below 1: known from the start, and nobody's to repeat */
  constructor(
    private readonly sweepId: string,
    private readonly version: number,
    readonly definition: SweepDefinition,
    earlier: readonly HistoryEntry[] = [],
  ) {
    const { keys } = this;
    this.search = createSearch(definition);
    this.entries = [...earlier];
    this.seen = {
      get size() {
        return keys.size;
      },
      has: (key) => keys.has(storedKey(key)),
    };
  }

  get known(): KnownSoFar {
    const { sweepId, version } = this;
    return { sweepId, version, number: this.lastNumber, result: this.lastResult };
  }

  /** How much it holds: runs, and results of other sweeps. */
  get size(): number {
    return this.keys.size + this.entries.length;
  }

  /** @param result the newest result that was taken in when the rows were read */
  learn(rows: readonly HistoryRow[], result: number): void {
    for (const row of rows) {
      const assignment = assignmentNow(this.search.space, row);
      this.keys.add(row.key);
      if (row.config !== null) this.keys.add(storedKey(suggestionKey({ assignment, place: placeOf(row) })));
      const isKnown = row.resultNumber !== null && row.resultNumber <= result;
      this.put(historyEntry({ ...row, assignment, isKnown }));
    }
    this.lastResult = result;
  }

  /** In a population: where others may start, of the runs whose results are known. */
  learnCheckpoints(newest: readonly { readonly number: number; readonly step: number | null }[]): void {
    for (const { number, step } of newest) {
      const place = this.places.get(number);
      const entry = this.entries[place ?? -1];
      if (place === undefined || entry === undefined || entry.state === 'RUNNING') continue;
      if ((entry.checkpointStep ?? null) !== step) this.entries[place] = { ...entry, checkpointStep: step };
    }
  }

  suggest(runNumber: number): Suggestion {
    return this.search.suggest({ runNumber, seen: this.seen, history: this.entries });
  }

  /** A suggestion became a run. @returns its key, as it is stored */
  add(number: number, { assignment, parent, place }: Suggested): string {
    const key = storedKey(suggestionKey({ assignment, place }));
    this.keys.add(key);
    this.put({ number, assignment, parent, place, state: 'RUNNING', objective: null });
    return key;
  }

  /** Step of the newest checkpoint of a run that others can start from. */
  checkpointStepOf(number: number): number | null {
    return this.entries[this.places.get(number) ?? -1]?.checkpointStep ?? null;
  }

  /** Whether the end of some run is still to be taken in. */
  get awaitsSome(): boolean {
    return this.entries.some(({ state }) => state === 'RUNNING');
  }

  private put(entry: HistoryEntry): void {
    this.lastNumber = Math.max(this.lastNumber, entry.number);
    if (!this.search.usesHistory) return;
    const place = this.places.get(entry.number);
    if (place !== undefined) {
      this.entries[place] = entry;
      return;
    }
    this.places.set(entry.number, this.entries.length);
    this.entries.push(entry);
  }
}

const placeOf = ({ member, generation }: HistoryRow) =>
  member === null || generation === null ? null : { member, generation };
