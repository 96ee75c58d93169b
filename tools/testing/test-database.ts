/**
 * A database of a test's own, with every migration applied: a clone of the template that postgres.global.ts made.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the migrated template, from postgres.global.ts; no test connects to it. */
    postgresTemplateUrl: string;
  }
}

export interface TestDatabase {
  readonly url: string;
  /** Ends whoever is still connected, then drops it. */
  drop(): Promise<void>;
}

/** Needs globalSetup: tools/testing/postgres.global.ts in the project's vitest configuration. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('postgresTemplateUrl'));
  const name = `test_${randomBytes(8).toString('hex')}`;
  const server = new URL(template);
  server.pathname = '/postgres';
  await clone(server.href, name, template.pathname.slice(1));
  const url = new URL(template);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => execute(server.href, `drop database if exists "${name}" with (force)`),
  };
}

/** Two clones at once collide on the template for a moment ("being accessed by other users"): the later one waits. */
async function clone(serverUrl: string, name: string, template: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await execute(serverUrl, `create database "${name}" template "${template}" strategy file_copy`);
    } catch (error) {
      if ((error as { code?: string }).code !== '55006' || attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
