/**
 * `node apps/api/dist/bootstrap.js`: makes sure that there is an admin, and prints one JSON line
 * { signInToken, userKey, agentKey }. It needs nothing but DATABASE_URL: who can read that may sign in.
 */
import { bootstrap } from './access/bootstrap.service.ts';
import { createDatabase } from './database.ts';

async function main(url: string | undefined): Promise<void> {
  if (!url) throw new Error('Set DATABASE_URL.');
  const database = createDatabase(url, { maxConnections: 2 });
  try {
    process.stdout.write(`${JSON.stringify(await bootstrap(database.prisma))}\n`);
  } finally {
    await database.close();
  }
}

main(process.env['DATABASE_URL']).catch((error: unknown) => {
  process.stderr.write(`The first user could not be made: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
