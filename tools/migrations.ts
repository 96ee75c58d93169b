/**
 * `npm run migrations -- --apply | --new NAME | --check`. Uses DATABASE_URL; `--new` and `--check`, which need only a place
 * for a shadow database, start a throw-away Postgres when it is not set.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkMigrations,
  DatabaseError,
  migrate,
  newMigration,
  startEmbeddedPostgres,
} from './database/index.ts';

const USAGE = 'Usage: npm run migrations -- --apply | --new NAME | --check';

async function main(command: string | undefined, name: string | undefined): Promise<void> {
  const url = process.env['DATABASE_URL'];
  if (command === '--apply' && url) {
    const { applied } = await migrate(url);
    console.log(applied.length === 0 ? 'Nothing to apply.' : `Applied ${applied.join(', ')}.`);
  } else if (command === '--new' && name) {
    const path = await withDatabase(url, (database) => newMigration(database, name));
    console.log(path ?? 'The schema has not changed: no migration was written.');
  } else if (command === '--check') {
    await withDatabase(url, (database) => checkMigrations(database));
    console.log('Migrations and schema agree.');
  } else {
    throw new DatabaseError('MIGRATION_FAILED', command === '--apply' ? 'Set DATABASE_URL.' : USAGE);
  }
}

async function withDatabase<T>(url: string | undefined, work: (url: string) => Promise<T>): Promise<T> {
  if (url) return await work(url);
  const folder = await mkdtemp(join(tmpdir(), 'plumage-database-'));
  await chmod(folder, 0o755);
  try {
    const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), settings: { fsync: 'off' } });
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main(process.argv[2], process.argv[3]).catch((error: unknown) => {
  console.error(error instanceof DatabaseError ? error.message : error);
  process.exitCode = 1;
});
