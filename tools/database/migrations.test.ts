import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { checkMigrations, migrate, newMigration } from './migrations.ts';

const prisma = fileURLToPath(new URL('../../prisma', import.meta.url));
let database: TestDatabase;
let folder = '';

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'plumage-migrations-'));
  await cp(prisma, folder, { recursive: true });
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function rows(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('migrations', () => {
  it('a clone of the template is fully migrated, in the table that Prisma itself reads', async () => {
    expect(await migrate(database.url)).toEqual({ applied: [] });
    const applied = await rows(`select migration_name from _prisma_migrations where finished_at is not null`);
    expect(applied.length).toBeGreaterThan(0);
  });

  it('the committed migrations say all that schema.prisma says', async () => {
    await expect(checkMigrations(database.url)).resolves.toBeUndefined();
  });

  it('a changed schema is noticed, written as one migration, applied, and then agrees', async () => {
    const file = join(folder, 'schema.prisma');
    await writeFile(file, `${await readFile(file, 'utf8')}\nmodel Extra {\n  id Int @id\n}\n`);
    await expect(checkMigrations(database.url, folder)).rejects.toMatchObject({ code: 'MIGRATIONS_DRIFTED' });
    const path = await newMigration(database.url, 'Extra table!', folder);
    expect(path).toMatch(/\d{14}_extra_table_$/);
    expect(await newMigration(database.url, 'again', folder)).toBeNull();
    expect((await migrate(database.url, folder)).applied).toHaveLength(1);
    expect(await rows('select count(*)::int as n from "Extra"')).toEqual([{ n: 0 }]);
  });

  it('leaves no shadow database behind', async () => {
    await checkMigrations(database.url);
    expect(await rows(`select datname from pg_database where datname like 'shadow_%'`)).toEqual([]);
  });

  it('a migration that fails is reported and rolled back whole', async () => {
    await writeMigration('create table "Half" (id int); select 1/0;');
    await expect(migrate(database.url, folder)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await rows(`select 1 from pg_tables where tablename = 'Half'`)).toEqual([]);
  });
});

async function writeMigration(sql: string): Promise<void> {
  const path = join(folder, 'migrations', '99990101000000_broken');
  await mkdir(path);
  await writeFile(join(path, 'migration.sql'), sql);
}
