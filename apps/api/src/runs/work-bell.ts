/**
 * What makes a long poll cost nothing while there is no work: all waiting agents of this process share one question
 * to the database a second (which also sees back-offs that end and work that another process made), and a change
 * announced by Postgres asks it at once. When there is work only a few of those whom it fits are woken; each that
 * gets a run wakes two more, so that 1,000 idle agents do not race for one run.
 */
import { type Placement, placementFits, type SlotFacts } from '@plumage/contract';
import type { LeaseKind } from '../renders/render.enum.ts';

/** A sweep that has work, and for whom; requires null: for any slot. */
export interface SweepWork {
  readonly id: string;
  readonly requires: Placement | null;
}

export interface WorkBellOptions {
  /** The sweeps that have work now. */
  readonly sweepsWithWork: () => Promise<readonly SweepWork[]>;
  /** The sweeps of whose runs a person waits for pictures now. */
  readonly sweepsWithRenders: () => Promise<readonly string[]>;
  readonly onError: (error: unknown) => void;
  /** Between two questions; a new run starts within this time even if no announcement arrives. */
  readonly intervalMs?: number;
}

/** Who waits, and for what. */
export interface Asker {
  readonly agentId: string;
  /** Only work of this sweep; null: of any. */
  readonly sweepId: string | null;
  readonly accepts: readonly LeaseKind[];
  readonly slot: SlotFacts;
  /** When it last looked at what people want of it, by performance.now(). */
  readonly since: number;
}

interface Waiter extends Asker {
  /** Equal for slots that offer the same. */
  readonly offer: string;
  readonly wake: () => void;
}

const FIRST_WOKEN = 4;
const WOKEN_BY_EACH = 2;
/** A look at an agent's standing lasts no longer. */
const TOLD_FOR_MS = 30_000;

export class WorkBell {
  private readonly waiters = new Set<Waiter>();
  /** When something was decided about an agent or a sweep: whoever looked before and waits after must look again. */
  private readonly told = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private asking = false;
  private askAgain = false;
  /** What was found last; undefined once something has rung since it was asked. */
  private answer:
    | { readonly atMs: number; readonly rendered: readonly string[]; readonly sweeps: readonly SweepWork[] }
    | undefined;
  private readonly intervalMs: number;

  constructor(private readonly options: WorkBellOptions) {
    this.intervalMs = options.intervalMs ?? 900;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  /**
   * Resolves with true when there may be work for the asker, when something was decided about it, or when `signal`
   * aborts; with false after `waitMs`.
   */
  wait(asker: Asker, waitMs: number, signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (woken: boolean) => {
        clearTimeout(limit);
        signal?.removeEventListener('abort', wake);
        this.waiters.delete(waiter);
        resolve(woken);
      };
      const wake = () => end(true);
      const limit = setTimeout(() => end(false), waitMs);
      const waiter: Waiter = { ...asker, offer: JSON.stringify(asker.slot), wake };
      if (signal?.aborted || this.wasTold(asker)) return wake();
      signal?.addEventListener('abort', wake, { once: true });
      this.waiters.add(waiter);
      this.schedule();
    });
  }

  /** There was no work for anybody a moment ago, and nothing has rung since. */
  get isQuiet(): boolean {
    const { fresh } = this;
    return fresh !== undefined && fresh.rendered.length === 0 && fresh.sweeps.length === 0;
  }

  /**
   * False when the bell has asked within the last moments, nothing has rung since, and there was no work for the
   * asker: it may as well wait, since the bell asks again while anybody does.
   */
  mayHaveWork(asker: Omit<Asker, 'since'>): boolean {
    const { fresh } = this;
    if (fresh === undefined) return true;
    const mine = (id: string) => asker.sweepId === null || asker.sweepId === id;
    if (asker.accepts.includes('RENDER') && fresh.rendered.some(mine)) return true;
    return (
      asker.accepts.includes('TRAINING') &&
      fresh.sweeps.some(({ id, requires }) => mine(id) && placementFits(requires, asker.slot).fits)
    );
  }

  /** Something changed that may mean work: ask now. */
  ring(): void {
    this.answer = undefined;
    if (this.waiters.size === 0) return;
    void this.ask();
  }

  /** A waiter got a run: there may be more where it came from. */
  passOn(work: SweepWork): void {
    this.wakeFor('TRAINING', work, WOKEN_BY_EACH);
  }

  /** A person, or the end of a sweep, has decided about this agent or sweep: whom it concerns hears it at once. */
  tell(id: string): void {
    const now = performance.now();
    for (const [each, at] of this.told) if (now - at > TOLD_FOR_MS) this.told.delete(each);
    this.told.set(id, now);
    for (const waiter of this.waiters) if (waiter.agentId === id || waiter.sweepId === id) waiter.wake();
  }

  private get fresh(): WorkBell['answer'] {
    const { answer } = this;
    return answer !== undefined && performance.now() - answer.atMs <= this.intervalMs ? answer : undefined;
  }

  private wasTold({ agentId, sweepId, since }: Asker): boolean {
    return [agentId, sweepId ?? ''].some((id) => (this.told.get(id) ?? Number.NEGATIVE_INFINITY) >= since);
  }

  private schedule(): void {
    if (this.timer !== undefined) return;
    // Jitter keeps several API processes from asking in step.
    const intervalMs = this.intervalMs * (0.9 + Math.random() * 0.2);
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
        const atMs = performance.now();
        const [rendered, sweeps] = await Promise.all([sweepsWithRenders(), sweepsWithWork()]);
        if (!this.askAgain) this.answer = { atMs, rendered, sweeps };
        for (const id of rendered) this.wakeFor('RENDER', { id, requires: null }, FIRST_WOKEN);
        for (const work of sweeps) this.wakeFor('TRAINING', work, FIRST_WOKEN);
      } while (this.askAgain && this.waiters.size > 0);
    } catch (error) {
      this.options.onError(error);
    } finally {
      this.asking = false;
      if (this.waiters.size > 0) this.schedule();
    }
  }

  /** Longest-waiting first: a Set keeps the order of arrival. Slots that offer the same are judged once. */
  private wakeFor(kind: LeaseKind, { id, requires }: SweepWork, limit: number): void {
    const fits = new Map<string, boolean>();
    let left = limit;
    for (const waiter of this.waiters) {
      if (left === 0) return;
      if (!waiter.accepts.includes(kind)) continue;
      if (waiter.sweepId !== null && waiter.sweepId !== id) continue;
      const fit = fits.get(waiter.offer) ?? placementFits(requires, waiter.slot).fits;
      fits.set(waiter.offer, fit);
      if (!fit) continue;
      left -= 1;
      waiter.wake();
    }
  }
}
