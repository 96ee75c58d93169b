import { join } from 'node:path';
import { migrate, startEmbeddedPostgres } from '../database/index.ts';
import type { Journal } from './journal.ts';

export interface OpenDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/** DATABASE_URL's Postgres, or an embedded one in the data folder; migrated either way. */
export const openDatabase = async (dataDir: string, journal: Journal): Promise<OpenDatabase> => {
  const external = process.env.DATABASE_URL;
  const postgres = external
    ? { url: external, stop: async () => {} }
    : await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  journal.say(
    'postgres',
    external ? 'using the one in DATABASE_URL' : `embedded, data in ${join(dataDir, 'postgres')}`,
  );
  try {
    const { applied } = await migrate(postgres.url);
    if (applied.length > 0) journal.say('postgres', `migrations applied: ${applied.join(', ')}`);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return { url: postgres.url, close: () => postgres.stop() };
};
