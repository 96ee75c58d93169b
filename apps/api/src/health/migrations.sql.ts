/** Whether the database is the one that this code was written for. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';

/** Names under prisma/migrations that the database has not applied. */
export async function unappliedMigrations(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ migration_name: string }>(
    'select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null',
  );
  const applied = new Set(rows.map((row) => row.migration_name));
  return expectedMigrations().filter((name) => !applied.has(name));
}

/** The folder is looked for upwards, since this runs from src/ and from dist/ alike. */
function expectedMigrations(): string[] {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'prisma', 'migrations')) && dirname(folder) !== folder)
    folder = dirname(folder);
  const migrations = join(folder, 'prisma', 'migrations');
  if (!existsSync(migrations)) return [];
  const entries = readdirSync(migrations, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
