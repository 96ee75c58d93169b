/** The limit on failed authentications, over two API processes with one database. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../database.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { readEnv } from '../env.ts';
import { pino } from 'pino';
import { type Server, startServer } from '../server.ts';
import { FailureLimit } from './failure-limit.ts';

let one: TestServer;
let other: Database;
beforeEach(async () => {
  one = await startTestServer();
  other = createDatabase(one.databaseUrl, { maxConnections: 4 });
});
afterEach(async () => {
  await other.close();
  await one.close();
});

const limits = () =>
  [one.database.prisma, other.prisma].map(
    (database) => new FailureLimit({ database, most: 10, windowMs: 60_000 }),
  ) as [FailureLimit, FailureLimit];
const endWindows = () =>
  other.prisma.$executeRaw`update "AuthFailure" set "windowStart" = "windowStart" - interval '1 minute'`;

describe('failures of one address', () => {
  it('are counted together, whichever process sees them, also at the same moment', async () => {
    const [a, b] = limits();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? a : b).add('10.0.0.1')),
    );
    expect(answers.filter((waitMs) => waitMs === 0)).toHaveLength(10);
    expect(await a.blockedFor('10.0.0.1')).toBeGreaterThan(0);
    expect(await b.blockedFor('10.0.0.1')).toBeGreaterThan(0);
    expect(await b.blockedFor('10.0.0.2')).toBe(0);
  });

  it('count no more once their window is over, and begin a new one', async () => {
    const [a, b] = limits();
    for (let i = 0; i < 10; i++) await a.add('10.0.0.1');
    expect(await b.blockedFor('10.0.0.1')).toBeGreaterThan(0);
    await endWindows();
    expect(await b.blockedFor('10.0.0.1')).toBe(0);
    expect(await b.add('10.0.0.1')).toBe(0);
    expect(await other.prisma.authFailure.findMany()).toMatchObject([{ address: '10.0.0.1', count: 1 }]);
  });

  it('cost the database nothing while the address is known to be refused', async () => {
    const [a] = limits();
    for (let i = 0; i < 20; i++) await a.add('10.0.0.1');
    expect(await other.prisma.authFailure.findMany()).toMatchObject([{ count: 11 }]);
  });

  it('of long ago are forgotten', async () => {
    const [a] = limits();
    await a.add('10.0.0.1');
    await endWindows();
    await endWindows();
    await a.add('10.0.0.2');
    expect(await other.prisma.authFailure.findMany()).toMatchObject([{ address: '10.0.0.2' }]);
  });
});

describe('two servers with one database', () => {
  let second: Server;
  beforeEach(async () => {
    const env = { DATABASE_URL: one.databaseUrl, PLUMAGE_PORT: '0', PLUMAGE_DATA_DIR: one.dataDir };
    second = await startServer(readEnv(env), pino({ level: 'silent' }));
  });
  afterEach(() => second.stop());

  const statusOf = async (url: string, key: string) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const body = '{"query":"{ viewer { id } }"}';
    return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).status;
  };

  it('refuse an address together, and let its right key pass without a word in the table', async () => {
    for (let i = 0; i < 5; i++) {
      expect(await statusOf(one.server.url, 'plu_user_wrong')).toBe(401);
      expect(await statusOf(second.url, 'plu_user_wrong')).toBe(401);
    }
    expect(await statusOf(second.url, 'plu_user_wrong')).toBe(429);
    expect(await statusOf(one.server.url, 'plu_user_wrong')).toBe(429);
    const before = await other.prisma.authFailure.findMany();
    expect(await statusOf(second.url, one.keys.VIEWER)).toBe(200);
    expect(await other.prisma.authFailure.findMany()).toEqual(before);
  });

  it('an agent’s key that was revoked at one stops there at once, and at the other within moments', async () => {
    const register = async (url: string) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${one.keys.AGENT}` };
      const body = '{"query":"{ viewer { id } }"}';
      return (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).status;
    };
    expect(await register(one.server.url)).toBe(200);
    expect(await register(second.url)).toBe(200);
    const key = await other.prisma.apiKey.findFirstOrThrow({ where: { kind: 'AGENT' } });
    await one.graphql(`mutation { revokeApiKey(input: { id: "${key.id}" }) { key { id } } }`, {
      key: one.keys.ADMIN,
    });
    expect(await register(one.server.url)).toBe(401);
    await expect.poll(() => register(second.url), { timeout: 10_000, interval: 100 }).toBe(401);
  });
});
