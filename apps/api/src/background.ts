/**
 * What the process does without being asked. Each job starts here and is stopped, in reverse order, when the server
 * stops; none keeps the process alive.
 */
import type { Logger } from 'pino';
import type { BlobStore } from './blobs/blob-store.type.ts';
import { Collector } from './blobs/collector.ts';
import type { Thumbnails } from './blobs/thumbnails.ts';
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
  readonly store: BlobStore;
  readonly thumbnails: Thumbnails;
  readonly log: Logger;
}

export interface Background {
  stop(): Promise<void>;
}

export function startBackground({ env, database, store, thumbnails, log }: BackgroundOptions): Background {
  const reaper = new Reaper(database.prisma, {
    everyMs: env.PLUMAGE_REAP_MS,
    leaseMs: env.PLUMAGE_LEASE_MS,
    retryBackoffMs: env.PLUMAGE_RETRY_BACKOFF_MS,
    log,
  });
  const collector = new Collector({
    ...{ database: database.prisma, store, thumbnails, log },
    everyMs: env.PLUMAGE_COLLECT_MS,
    graceMs: env.PLUMAGE_BLOB_GRACE_MS,
    keepCheckpoints: env.PLUMAGE_KEEP_CHECKPOINTS,
  });
  reaper.start();
  collector.start();
  return {
    stop: async () => {
      await collector.stop();
      await reaper.stop();
    },
  };
}
