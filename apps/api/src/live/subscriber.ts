/**
 * One subscription's queue between the feed and its reader. It holds at most a thousand rows: a reader slower than
 * that is marked as lagging from the last row it took, and reads the rest from the table when it is ready.
 */
import type { ChangeRow } from './change.sql.ts';
import { isAfter, type Position } from './cursor.ts';

const MOST = 1_000;

export class Subscriber {
  private queue: ChangeRow[] = [];
  /** Everything up to here was handed out, or did not concern this subscription. */
  private seen: Position | null = null;
  private lagFrom: Position | null = null;
  /** A row that was handed out by another process, whose feed is ahead of ours: ours will bring it again. */
  private handedElsewhere: Position | null = null;
  private ended = false;
  private wake: (() => void) | null = null;

  constructor(readonly wants: (row: ChangeRow) => boolean) {}

  /** Called by the feed with each row in order. */
  offer(row: ChangeRow): void {
    if (this.ended || this.lagFrom !== null || !this.wants(row)) return;
    if (this.handedElsewhere !== null && !isAfter(row, this.handedElsewhere)) return;
    if (this.queue.length >= MOST) {
      const first = this.queue[0] ?? row;
      return this.lag(this.seen ?? { ...first, id: first.id - 1n });
    }
    this.queue.push(row);
    this.wake?.();
  }

  /** From now on rows are not queued: they will be read from the table, from `position`. */
  lag(position: Position): void {
    this.queue = [];
    this.lagFrom = position;
    this.wake?.();
  }

  /** Where to catch up from, if so; the caller then calls restart. */
  takeLag(): Position | null {
    return this.lagFrom;
  }

  /** Queueing begins again, for rows after the feed's `position`, which is returned, and after where it lagged from. */
  restart(position: Position): Position {
    if (this.lagFrom !== null && isAfter(this.lagFrom, position)) this.handedElsewhere = this.lagFrom;
    this.lagFrom = null;
    this.seen = position;
    return position;
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  async next(): Promise<ChangeRow | 'lagging' | 'ended'> {
    for (;;) {
      if (this.ended) return 'ended';
      if (this.lagFrom !== null) return 'lagging';
      const row = this.queue.shift();
      if (row) {
        this.seen = row;
        return row;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = null;
    }
  }
}
