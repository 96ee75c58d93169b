/**
 * What is loaded of a run's log: one stretch without a gap, that grows at either end, or stands anew around a line
 * that was searched for. Requests are made one after the other, so an answer always fits the stretch that it was
 * asked for. The server and the clock are arguments; React only looks.
 */
export interface LogLine {
  readonly cursor: string;
  readonly at: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly stream: string;
  readonly text: string;
}

export interface LogPage {
  readonly lines: readonly LogLine[];
  readonly olderCursor: string | null;
  readonly endCursor: string | null;
  readonly hasNext: boolean;
}

export interface LogQuestion {
  readonly first: number;
  readonly after?: string | null;
  readonly before?: string | null;
  readonly newest?: boolean;
}

export interface LogView {
  readonly lines: readonly LogLine[];
  /** Lines before these come with it; null: these begin with the log's first. */
  readonly olderCursor: string | null;
  readonly endCursor: string | null;
  /** Whether these end with the log's newest line, as far as was heard. */
  readonly atEnd: boolean;
  /** False until the first answer. */
  readonly known: boolean;
  readonly error: Error | null;
}

/** Lines a request, and lines that are kept at most: a browser lays out so many without a hitch. */
const PAGE = 500;
const MOST = 100_000;

const nothing: LogView = {
  lines: [],
  olderCursor: null,
  endCursor: null,
  atEnd: true,
  known: false,
  error: null,
};

export class LogReader {
  private current: LogView = nothing;
  private readonly listeners = new Set<() => void>();
  private readonly waiting = new Set<string>();
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly ask: (question: LogQuestion) => Promise<LogPage>,
    private readonly onAppended: (lines: readonly LogLine[]) => void = () => undefined,
    private readonly most = MOST,
  ) {}

  readonly view = (): LogView => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The newest lines, whatever was loaded before. */
  readonly open = (): Promise<void> =>
    this.inTurn('open', async () => {
      const page = await this.ask({ first: PAGE, newest: true });
      this.show({ ...standing(page), olderCursor: page.olderCursor, atEnd: true });
    });

  /** One page towards the log's beginning. */
  readonly older = (): Promise<void> =>
    this.inTurn('older', async () => {
      const { lines, olderCursor, ...rest } = this.current;
      if (olderCursor === null) return;
      const page = await this.ask({ first: PAGE, before: olderCursor });
      const grown = [...page.lines, ...lines];
      const kept = grown.slice(0, this.most);
      const cut = kept.length < grown.length;
      const end = cut ? { endCursor: kept.at(-1)?.cursor ?? null, atEnd: false } : {};
      this.show({ ...rest, ...end, lines: kept, olderCursor: page.olderCursor });
    });

  /** What was written since; page after page where the stretch ends at the log's end, else one page. */
  readonly newer = (): Promise<void> =>
    this.inTurn('newer', async () => {
      const following = this.current.atEnd;
      for (;;) {
        const { lines, endCursor, olderCursor } = this.current;
        const page = await this.ask({ first: PAGE, after: endCursor });
        const grown = [...lines, ...page.lines];
        const kept = grown.slice(-this.most);
        const cut = kept.length < grown.length;
        this.show({
          ...standing(page),
          lines: kept,
          olderCursor: cut ? (kept[0]?.cursor ?? null) : olderCursor,
          atEnd: !page.hasNext,
        });
        if (following && page.lines.length > 0) this.onAppended(page.lines);
        if (!following || !page.hasNext) return;
      }
    });

  /** The lines before and after one; it is among them. */
  readonly around = (cursor: string): Promise<void> =>
    this.inTurn(`around ${cursor}`, async () => {
      const before = await this.ask({ first: PAGE / 2, before: cursor });
      const from = before.lines.at(-1)?.cursor ?? null;
      const after = await this.ask({ first: PAGE / 2, after: from });
      this.show({
        ...standing(after),
        lines: [...before.lines, ...after.lines],
        olderCursor: before.olderCursor,
        atEnd: !after.hasNext,
      });
    });

  private show(next: Omit<LogView, 'known' | 'error'>): void {
    this.current = { ...next, known: true, error: null };
    for (const listener of this.listeners) listener();
  }

  /** Asked for twice before it has begun, a thing is done once. */
  private inTurn(name: string, work: () => Promise<void>): Promise<void> {
    if (this.waiting.has(name)) return this.turn;
    this.waiting.add(name);
    this.turn = this.turn.then(async () => {
      this.waiting.delete(name);
      try {
        await work();
      } catch (error) {
        this.current = { ...this.current, error: error as Error };
        for (const listener of this.listeners) listener();
      }
    });
    return this.turn;
  }
}

const standing = ({ lines, endCursor }: LogPage) => ({ lines, endCursor });
