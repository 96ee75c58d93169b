/** A migrated Postgres for a bench: the one in DATABASE_URL, or an embedded one in a folder that is removed after. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, startEmbeddedPostgres } from '../../tools/database/index.ts';

/** With Postgres' own defaults: each commit reaches the disk. */
export async function withPostgres<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
  const given = process.env['DATABASE_URL'];
  if (given) {
    await migrate(given);
    return await work(given);
  }
  const folder = await mkdtemp(join(tmpdir(), 'plumage-bench-'));
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  try {
    await migrate(server.url);
    return await work(server.url);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
