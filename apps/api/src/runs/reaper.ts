/**
 * The timer that reaps, and that stops sweeps whose budget of hours is used up. Agents cannot renew while the API or
 * its database is away, so after a start, and after each time that the database did not answer or this process itself
 * stood still, one whole lease passes before anything is reaped: an hour's outage costs no run its attempt.
 */
import type { Logger } from 'pino';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { reapRenders } from '../renders/render-lease.service.ts';
import { stopOverBudget } from '../sweeps/budget/budget.service.ts';
import { reapExpired } from './settle.service.ts';

export interface ReaperOptions {
  readonly everyMs: number;
  readonly leaseMs: number;
  readonly retryBackoffMs: number;
  readonly log: Logger;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

export class Reaper {
  private timer: NodeJS.Timeout | undefined;
  private healthySince: number;
  private lookedAt: number;
  private turn: Promise<void> | undefined;
  private readonly now: () => number;

  constructor(
    private readonly database: PrismaClient,
    private readonly options: ReaperOptions,
  ) {
    this.now = options.now ?? (() => performance.now());
    this.healthySince = this.now();
    this.lookedAt = this.healthySince;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.turn ??= this.look().finally(() => {
        this.turn = undefined;
      });
    }, this.options.everyMs);
    this.timer.unref();
  }

  /** Waits for a turn that is under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
  }

  /** One turn; never rejects. */
  async look(): Promise<void> {
    const started = this.now();
    if (this.stoodStill(started)) this.healthySince = started;
    this.lookedAt = started;
    try {
      if (started - this.healthySince < this.options.leaseMs) {
        await this.database.$queryRaw`select 1`;
      } else {
        const leases = await reapExpired(this.database, this.options.retryBackoffMs);
        const renders = await reapRenders(this.database);
        if (leases + renders > 0) this.options.log.warn({ leases, renders }, 'expired leases taken back');
      }
      const spent = await stopOverBudget(this.database);
      if (spent > 0) this.options.log.info({ sweeps: spent }, 'budgets used up');
      // A turn that hung as long as a lease means that nobody else could renew either.
      if (this.now() - started > this.options.leaseMs) this.healthySince = this.now();
    } catch (error) {
      this.healthySince = this.now();
      this.options.log.error({ err: error }, 'expired leases could not be looked for');
    }
  }

  /** Stopped (SIGSTOP, a machine that slept): whoever had only this process could not renew meanwhile. */
  private stoodStill(now: number): boolean {
    const { everyMs, leaseMs } = this.options;
    return now - this.lookedAt > everyMs + leaseMs / 3;
  }
}
