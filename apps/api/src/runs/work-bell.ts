/**
 * What makes a long poll cost nothing while there is no work: all waiting agents of this process share one question
 * to the database a second (which also sees back-offs that end and work that another process made), and a change
 * announced by Postgres asks it at once. When there is work only a few waiters are woken; each that gets a run wakes
 * two more, so that 1,000 idle agents do not race for one run.
 */
import type { LeaseKind } from '../renders/render.enum.ts';

export interface WorkBellOptions {
  /** The sweeps that have work now. */
  readonly sweepsWithWork: () => Promise<readonly string[]>;
  /** The sweeps of whose runs a person waits for pictures now. */
  readonly sweepsWithRenders: () => Promise<readonly string[]>;
  readonly onError: (error: unknown) => void;
  /** Between two questions; a new run starts within this time even if no announcement arrives. */
  readonly intervalMs?: number;
}

/** Who waits, and for what. */
export interface Asker {
  /** Only work of this sweep; null: of any. */
  readonly sweepId: string | null;
  readonly accepts: readonly LeaseKind[];
}

interface Waiter extends Asker {
  readonly wake: () => void;
}

const FIRST_WOKEN = 4;
const WOKEN_BY_EACH = 2;

export class WorkBell {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | undefined;
  private asking = false;
  private askAgain = false;

  constructor(private readonly options: WorkBellOptions) {}

  get waiting(): number {
    return this.waiters.size;
  }

  /** Resolves when there may be work for the asker, after `waitMs`, or when `signal` aborts. */
  wait(asker: Asker, waitMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        signal?.removeEventListener('abort', done);
        this.waiters.delete(waiter);
        resolve();
      };
      const limit = setTimeout(done, waitMs);
      const waiter: Waiter = { ...asker, wake: done };
      if (signal?.aborted) return done();
      signal?.addEventListener('abort', done, { once: true });
      this.waiters.add(waiter);
      this.schedule();
    });
  }

  /** Something changed that may mean work: ask now. */
  ring(): void {
    if (this.waiters.size === 0) return;
    void this.ask();
  }

  /** A waiter got a run: there may be more where it came from. */
  passOn(sweepId: string): void {
    this.wakeFor('TRAINING', new Set([sweepId]), WOKEN_BY_EACH);
  }

  private schedule(): void {
    if (this.timer !== undefined) return;
    // Jitter keeps several API processes from asking in step.
    const intervalMs = (this.options.intervalMs ?? 900) * (0.9 + Math.random() * 0.2);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.ask();
    }, intervalMs);
    this.timer.unref();
  }

  private async ask(): Promise<void> {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.askAgain = false;
        const { sweepsWithRenders, sweepsWithWork } = this.options;
        const [rendered, sweeps] = await Promise.all([sweepsWithRenders(), sweepsWithWork()]);
        if (rendered.length > 0) this.wakeFor('RENDER', new Set(rendered), FIRST_WOKEN);
        if (sweeps.length > 0) this.wakeFor('TRAINING', new Set(sweeps), FIRST_WOKEN);
      } while (this.askAgain && this.waiters.size > 0);
    } catch (error) {
      this.options.onError(error);
    } finally {
      this.asking = false;
      if (this.waiters.size > 0) this.schedule();
    }
  }

  /** Longest-waiting first: a Set keeps the order of arrival. */
  private wakeFor(kind: LeaseKind, sweeps: ReadonlySet<string>, limit: number): void {
    let left = limit;
    for (const waiter of this.waiters) {
      if (left === 0) return;
      if (!waiter.accepts.includes(kind)) continue;
      if (waiter.sweepId !== null && !sweeps.has(waiter.sweepId)) continue;
      left -= 1;
      waiter.wake();
    }
  }
}
