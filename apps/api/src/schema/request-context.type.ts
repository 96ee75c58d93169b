/** What a resolver gets with each request. */
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { Logger } from 'pino';
import type pg from 'pg';
import type { Actor } from '../access/actor.type.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import type { Metrics } from '../health/metrics.ts';
import type { Env } from '../env.ts';
import type { Loaders } from './loaders.ts';

export interface RequestContext {
  /** For services. */
  readonly database: PrismaClient;
  /** For hot statements (*.sql.ts). */
  readonly pool: pg.Pool;
  readonly actor: Actor;
  readonly loaders: Loaders;
  readonly requestId: string;
  readonly log: Logger;
  readonly live: LiveFeed;
  readonly metrics: Metrics;
  readonly env: Env;
  /** Aborts when the caller hangs up before the answer, and when the server stops: long polls end with it. */
  readonly signal: AbortSignal;
  /** Says that the answer is not worth a line in the log: an idle fleet asks for work all the time. */
  readonly isNoNews: () => void;
}
