/**
 * Counts failed authentications by address within a window, in the database, so that it does not matter which of
 * several API processes is asked. Secrets here have 256 bits, so guessing is hopeless anyway; this keeps a loop with
 * a wrong key from filling the log. Only failures and sign-ins cost a statement: a key that works costs none.
 */
import type { PrismaClient } from '../generated/prisma/client.ts';
import { failuresOf, type FailureWindow, noteFailure } from './auth-failure.sql.ts';

export interface FailureLimitOptions {
  readonly database: PrismaClient;
  /** Failures that pass within one window. */
  readonly most: number;
  readonly windowMs: number;
}

/** So many refused addresses are remembered here, to spare the database their next failures. */
const REMEMBERED = 10_000;

export class FailureLimit {
  /** When refused addresses may try again, by performance.now(). A memory aid: the count is the database's. */
  private readonly refused = new Map<string, number>();

  constructor(private readonly options: FailureLimitOptions) {}

  /** Milliseconds to wait, 0 when the address may try. */
  async blockedFor(address: string): Promise<number> {
    const { database, most, windowMs } = this.options;
    const window = await failuresOf(database, address, windowMs);
    return window === undefined || window.count < most ? 0 : waitOf(window);
  }

  /** Notes a failure; answers as blockedFor would have before it. */
  async add(address: string): Promise<number> {
    const known = (this.refused.get(address) ?? 0) - performance.now();
    if (known > 0) return known;
    this.refused.delete(address);
    const { database, most, windowMs } = this.options;
    const window = await noteFailure(database, address, windowMs);
    if (window.count <= most) return 0;
    const waitMs = waitOf(window);
    this.refused.set(address, performance.now() + waitMs);
    const oldest = this.refused.keys().next().value;
    if (this.refused.size > REMEMBERED && oldest !== undefined) this.refused.delete(oldest);
    return waitMs;
  }
}

const waitOf = (window: FailureWindow): number => Math.max(1, Math.ceil(window.leftMs));
