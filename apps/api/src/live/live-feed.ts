/**
 * The process's view of the outbox: one reader, many subscribers. A subscriber first catches up from its cursor by
 * reading the table up to where the feed stands, then takes what the feed hands out from there: nothing is missed
 * and nothing doubled at the seam. One that falls behind is not buffered without end; it catches up the same way.
 */
import type pg from 'pg';
import type { Logger } from 'pino';
import { CursorExpiredError } from '../errors/api.error.ts';
import type { ChangeKind } from '../generated/prisma/enums.ts';
import { type ChangeRow, purgeChanges, readChanges, readNewest } from './change.sql.ts';
import type { LiveChange } from './change.type.ts';
import { decodeCursor, encodeCursor, isAfter, type Position } from './cursor.ts';
import { Subscriber } from './subscriber.ts';
import { WakeUp } from './wake-up.ts';

const PAGE = 1_000;
/** Without a notification, look this often: covers a broken LISTEN connection. */
const POLL_MS = 2_000;
/** While rows wait behind an older open transaction, look this often, a little less each time. */
const WAITING_MS = 50;
const PURGE_MS = 300_000;
/** Rows live an hour; the margin covers a transaction that wrote its row minutes after it began. */
const CURSOR_LIFE_MS = 55 * 60_000;

export interface SubscribeOptions {
  readonly kinds: readonly ChangeKind[];
  readonly filter?: (change: LiveChange) => boolean;
  /** A cursor from an earlier change; without it delivery starts now. */
  readonly after?: string | null | undefined;
}

export class LiveFeed {
  /**
   * The last row that was handed out, before the first one the newest of all. Not the horizon, behind which nothing was
   * skipped either: a database that crashes gives out again the numbers of transactions that it had not written down,
   * so later changes may stand before what was the horizon, and a feed need not notice a short crash.
   */
  private position: Position = { xid: 0n, id: 0n, atMs: 0 };
  private readonly subscribers = new Set<Subscriber>();
  private readonly wakeUp: WakeUp;
  private timer: NodeJS.Timeout | null = null;
  private purgeTimer: NodeJS.Timeout | null = null;
  private reading: Promise<void> | null = null;
  private again = false;
  private waits = 0;
  private closed = false;

  constructor(
    private readonly pool: pg.Pool,
    databaseUrl: string,
    private readonly log: Logger,
  ) {
    this.wakeUp = new WakeUp(databaseUrl, () => this.look(), log);
  }

  /** Takes its place behind the newest change and begins to read. */
  async start(): Promise<void> {
    this.position = await readNewest(this.pool);
    await this.wakeUp.open();
    this.schedule(POLL_MS);
    this.purgeTimer = setInterval(() => void this.purge(), PURGE_MS);
  }

  /** Ends every subscription, then the connection. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    if (this.purgeTimer) clearInterval(this.purgeTimer);
    for (const subscriber of this.subscribers) subscriber.end();
    await this.wakeUp.close();
    await this.reading;
  }

  /** How many subscriptions are open. */
  get size(): number {
    return this.subscribers.size;
  }

  /**
   * Changes in commit order, each with its cursor. Ends when the caller returns, or when the feed is closed.
   * @throws CursorExpiredError when `after` is older than what is kept; BadInputError when it is none of ours.
   */
  subscribe(options: SubscribeOptions): AsyncIterableIterator<LiveChange> {
    const after = options.after ? decodeCursor(options.after) : null;
    const subscriber = new Subscriber(
      (row) => options.kinds.includes(row.kind) && (options.filter?.(toLive(row)) ?? true),
    );
    if (this.closed) subscriber.end();
    this.subscribers.add(subscriber); // From here on nothing is missed; what is earlier is read from the table.
    if (after) subscriber.lag(after);
    return closable(this.deliver(subscriber), () => {
      subscriber.end();
      this.subscribers.delete(subscriber);
    });
  }

  private async *deliver(subscriber: Subscriber): AsyncIterableIterator<LiveChange> {
    try {
      for (;;) {
        const from = subscriber.takeLag();
        if (from) {
          for await (const row of this.readUpTo(from, subscriber.restart(this.position))) {
            if (subscriber.wants(row)) yield toLive(row);
          }
        }
        const row = await subscriber.next();
        if (row === 'ended') return;
        if (row !== 'lagging') yield toLive(row);
      }
    } finally {
      this.subscribers.delete(subscriber);
    }
  }

  private async *readUpTo(from: Position, to: Position): AsyncIterableIterator<ChangeRow> {
    let at = from;
    for (;;) {
      const page = await readChanges(this.pool, at, PAGE);
      if (at === from && from.atMs < page.nowMs - CURSOR_LIFE_MS) throw new CursorExpiredError();
      for (const row of page.rows) {
        if (isAfter(row, to)) return;
        yield row;
        at = row;
      }
      if (page.rows.length < PAGE) return;
    }
  }

  /** Reads now; a call during a read asks for one more afterwards. */
  private look(): void {
    if (this.closed) return;
    this.again = true;
    this.reading ??= this.readAll().finally(() => {
      this.reading = null;
    });
  }

  private async readAll(): Promise<void> {
    let delay = POLL_MS;
    try {
      while (this.again && !this.closed) {
        this.again = false;
        const page = await readChanges(this.pool, this.position, PAGE);
        for (const row of page.rows) for (const subscriber of this.subscribers) subscriber.offer(row);
        this.position = page.rows.at(-1) ?? { ...this.position, atMs: page.nowMs };
        if (page.rows.length === PAGE) this.again = true;
        this.waits = page.waiting ? this.waits + 1 : 0;
        delay = page.waiting ? Math.min(WAITING_MS * this.waits, POLL_MS) : POLL_MS;
      }
    } catch (error) {
      if (!this.closed) this.log.warn({ err: error }, 'live feed could not read');
    }
    this.schedule(delay);
  }

  private schedule(delayMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => this.look(), delayMs);
  }

  private async purge(): Promise<void> {
    await purgeChanges(this.pool).catch((error: unknown) => this.log.warn({ err: error }, 'purge failed'));
  }
}

/** A generator's return() waits for its pending next(); `close` ends that wait, so a reader that leaves is let go. */
function closable<T>(generator: AsyncIterableIterator<T>, close: () => void): AsyncIterableIterator<T> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => generator.next(),
    return: async () => {
      close();
      return (await generator.return?.()) ?? { done: true, value: undefined };
    },
  };
}

function toLive(row: ChangeRow): LiveChange {
  const { kind, sweepId, runId, agentId, detail } = row;
  return { cursor: encodeCursor(row), kind, sweepId, runId, agentId, detail };
}
