/**
 * Wakes the readers of the outbox after a commit. A NOTIFY inside a transaction holds a lock of the whole server
 * until that commit has reached the disk, so that hot transactions would be committed one after the other; hot
 * statements write their outbox rows only, and call this when they are done. A wake-up that is lost with the process
 * costs the readers' next look, never a change.
 */
import type { PrismaClient } from '../generated/prisma/client.ts';
import { CHANNEL } from './change.sql.ts';

const underWay = new WeakMap<PrismaClient, { again: boolean }>();

/** At most one notification is on its way for each database of this process; calls meanwhile share the next one. */
export function wakeReaders(database: PrismaClient): void {
  const current = underWay.get(database);
  if (current !== undefined) current.again = true;
  else void notify(database);
}

async function notify(database: PrismaClient): Promise<void> {
  const state = { again: true };
  underWay.set(database, state);
  try {
    while (state.again) {
      state.again = false;
      await database.$executeRaw`select pg_notify(${CHANNEL}, '')`;
    }
  } catch {
    // The database is closing or away: the feed looks by itself, and reads from its cursor.
  } finally {
    underWay.delete(database);
  }
}
