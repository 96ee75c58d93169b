/**
 * What the process does without being asked. Each job starts here and is stopped, in reverse order, when the server
 * stops; none keeps the process alive.
 */
import type { Logger } from 'pino';
import type { Database } from './database.ts';
import type { Env } from './env.ts';
import type { Metrics } from './health/metrics.ts';
import type { LiveFeed } from './live/live-feed.ts';
import { Reaper } from './runs/reaper.ts';

export interface BackgroundOptions {
  readonly env: Env;
  readonly database: Database;
  readonly live: LiveFeed;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface Background {
  stop(): Promise<void>;
}

export function startBackground({ env, database, log }: BackgroundOptions): Background {
  const reaper = new Reaper(database.prisma, {
    everyMs: env.PLUMAGE_REAP_MS,
    leaseMs: env.PLUMAGE_LEASE_MS,
    log,
  });
  reaper.start();
  return { stop: () => reaper.stop() };
}
