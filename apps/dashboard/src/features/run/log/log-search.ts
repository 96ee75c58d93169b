/**
 * The places in a run's log that hold what a person searches for. All are counted, the newest thousand are known and
 * walked at once, older ones are asked for when the walk reaches them.
 */
import type { LogLine } from './log-reader.ts';
import { holds } from './log-rows.ts';

export interface LogMatch {
  readonly cursor: string;
  readonly epoch: number;
  readonly sequence: number;
}

export interface MatchPage {
  readonly matches: readonly LogMatch[];
  readonly total: number;
  readonly olderCursor: string | null;
}

export interface SearchView {
  readonly matches: readonly LogMatch[];
  readonly total: number;
  readonly olderCursor: string | null;
  /** Index among `matches`; -1 when there is none. */
  readonly at: number;
  /** The place to look at: a new object each time that one goes there, also to where one was. */
  readonly current: LogMatch | null;
  readonly known: boolean;
  readonly error: Error | null;
}

export const noSearch: SearchView = {
  matches: [],
  total: 0,
  olderCursor: null,
  at: -1,
  current: null,
  known: false,
  error: null,
};

export class LogSearch {
  private current: SearchView = noSearch;
  private readonly listeners = new Set<() => void>();
  private asking = false;

  constructor(
    private readonly term: string,
    private readonly ask: (before: string | null) => Promise<MatchPage>,
  ) {}

  readonly view = (): SearchView => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Finds the newest places, and stands at the last. */
  readonly open = (): Promise<void> =>
    this.fetch(null, ({ matches, total, olderCursor }) => {
      this.goTo({ matches, total, olderCursor, at: matches.length - 1 });
    });

  /** To the next place (1) or the one before (-1); round at either end. */
  readonly step = async (by: 1 | -1): Promise<void> => {
    const { matches, at, olderCursor } = this.current;
    if (matches.length === 0) return;
    if (at + by < 0 && olderCursor !== null) {
      await this.fetch(olderCursor, (page) => {
        const older = { matches: [...page.matches, ...this.current.matches], olderCursor: page.olderCursor };
        this.goTo({ ...this.current, ...older, at: page.matches.length - 1 });
      });
      return;
    }
    this.goTo({ ...this.current, at: (at + by + matches.length) % matches.length });
  };

  /** Lines that were written meanwhile, in order. */
  readonly note = (lines: readonly LogLine[]): void => {
    const found = lines.filter((line) => holds(line.text, this.term));
    if (found.length === 0 || !this.current.known) return;
    const { matches, total, at } = this.current;
    this.show({
      ...this.current,
      matches: [...matches, ...found],
      total: total + found.length,
      at: Math.max(at, 0),
    });
  };

  private goTo(next: Omit<SearchView, 'current' | 'known' | 'error'>): void {
    const match = next.matches[next.at];
    this.show({ ...next, current: match === undefined ? null : { ...match } });
  }

  private async fetch(before: string | null, take: (page: MatchPage) => void): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      take(await this.ask(before));
    } catch (error) {
      this.current = { ...this.current, error: error as Error };
      for (const listener of this.listeners) listener();
    } finally {
      this.asking = false;
    }
  }

  private show(next: Omit<SearchView, 'known' | 'error'>): void {
    this.current = { ...next, known: true, error: null };
    for (const listener of this.listeners) listener();
  }
}

/** "3 of 12", counted from the log's beginning. */
export const sayMatch = (view: SearchView): string => {
  if (!view.known) return '';
  if (view.total === 0) return 'no match';
  const place = view.total - view.matches.length + view.at + 1;
  return `${place.toLocaleString('en-US')} of ${view.total.toLocaleString('en-US')}`;
};
