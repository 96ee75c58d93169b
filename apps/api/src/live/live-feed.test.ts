import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.ts';
import { createDatabase, type Database } from '../database.ts';
import { newId } from '../id.ts';
import { publish, publishOn, purgeChanges } from './change.sql.ts';
import type { LiveChange } from './change.type.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { LiveFeed } from './live-feed.ts';

const silent = pino({ level: 'silent' });
let testDatabase: TestDatabase;
let database: Database;
let feed: LiveFeed;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase(testDatabase.url);
  feed = new LiveFeed(database.pool, testDatabase.url, silent);
  await feed.start();
});
afterEach(async () => {
  await feed.close();
  await database.close();
  await testDatabase.drop();
});

/** Publishes one SAMPLE change that carries `n`, in a transaction of its own. */
function add(n: number): Promise<void> {
  return database.prisma.$transaction((tx) => publish(tx, { kind: 'SAMPLE', detail: { n } }));
}

const numberOf = (change: LiveChange | undefined) => change?.detail?.['n'];

async function take(source: AsyncIterator<LiveChange>, count: number): Promise<LiveChange[]> {
  const taken: LiveChange[] = [];
  while (taken.length < count) {
    const { done, value } = await source.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

describe('the live feed', () => {
  it('delivers a change once it is committed, and nothing of a transaction that was rolled back', async () => {
    const source = feed.subscribe({ kinds: ['SAMPLE'] });
    const failed = database.prisma.$transaction(async (tx) => {
      await publish(tx, { kind: 'SAMPLE', detail: { n: 0 } });
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    await add(1);
    expect((await take(source, 1)).map(numberOf)).toEqual([1]);
  });

  it('a crash that it did not notice hides nothing: it looks behind the last change, not behind a horizon that is void', async () => {
    const source = feed.subscribe({ kinds: ['SAMPLE'] });
    await add(1);
    const [first] = await take(source, 1);
    // Transactions that write nothing here raise the horizon past the numbers that will be used again.
    for (let i = 0; i < 5; i++) await database.pool.query('select pg_current_xact_id()');
    await database.pool.query("select pg_notify('plumage_change', '')");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { xid } = decodeCursor(first?.cursor ?? '');
    const again = `insert into "Change" (kind, xid, detail) values ('SAMPLE', $1::bigint, '{"n": 2}')`;
    await database.pool.query(again, [String(xid + 1n)]);
    await add(3);
    expect((await take(source, 2)).map(numberOf)).toEqual([2, 3]);
  });

  it('a slow transaction that commits late is still delivered, and in front of nothing that overtook it', async () => {
    const source = feed.subscribe({ kinds: ['SAMPLE'] });
    const slow = new pg.Client({ connectionString: testDatabase.url });
    await slow.connect();
    await slow.query('begin');
    await publishOn(slow, { kind: 'SAMPLE', detail: { n: 1 } });
    await add(2); // Commits first, with a later id.
    const next = take(source, 2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await slow.query('commit');
    await slow.end();
    const changes = await next;
    expect(changes.map(numberOf)).toEqual([1, 2]);
    const resumed = feed.subscribe({ kinds: ['SAMPLE'], after: changes[0]?.cursor });
    expect((await take(resumed, 1)).map(numberOf), 'resuming between them finds the second').toEqual([2]);
  });

  it("two processes see each other's changes", async () => {
    const other = createDatabase(testDatabase.url);
    const otherFeed = new LiveFeed(other.pool, testDatabase.url, silent);
    await otherFeed.start();
    const here = feed.subscribe({ kinds: ['RUN'] });
    const there = otherFeed.subscribe({ kinds: ['RUN'] });
    const [a, b] = [newId(), newId()];
    await other.prisma.$transaction((tx) => publish(tx, { kind: 'RUN', runId: a }));
    await database.prisma.$transaction((tx) => publish(tx, { kind: 'RUN', runId: b }));
    expect((await take(here, 2)).map(({ runId }) => runId)).toEqual([a, b]);
    expect((await take(there, 2)).map(({ runId }) => runId)).toEqual([a, b]);
    await otherFeed.close();
    await other.close();
  });

  it('one that comes back with its cursor, again and again while changes pour in, misses and doubles nothing', async () => {
    const total = 400;
    const writer = (async () => {
      for (let n = 0; n < total; n += 4) await Promise.all([add(n), add(n + 1), add(n + 2), add(n + 3)]);
    })();
    const seen: number[] = [];
    let source = feed.subscribe({ kinds: ['SAMPLE'] });
    while (seen.length < total) {
      const changes = await take(source, Math.min(1 + (seen.length % 23), total - seen.length));
      seen.push(...changes.map((change) => Number(numberOf(change))));
      await source.return?.();
      source = feed.subscribe({ kinds: ['SAMPLE'], after: changes.at(-1)?.cursor });
    }
    await writer;
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, n) => n));
  });

  it('a reader slower than its queue is caught up from the table, in order', async () => {
    const source = feed.subscribe({ kinds: ['SAMPLE'] });
    await add(0);
    expect((await take(source, 1)).map(numberOf)).toEqual([0]);
    const total = 2_500;
    await database.pool.query(
      `insert into "Change" (kind, detail) select 'SAMPLE', jsonb_build_object('n', n) from generate_series(1, $1) n`,
      [total],
    );
    await add(total + 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const changes = await take(source, total + 1);
    expect(changes.map(numberOf)).toEqual(Array.from({ length: total + 1 }, (_, n) => n + 1));
  });

  it('kinds and filters keep out the rest', async () => {
    const runId = newId();
    const source = feed.subscribe({ kinds: ['RUN', 'METRICS'], filter: (change) => change.runId === runId });
    await database.prisma.$transaction(async (tx) => {
      await publish(tx, { kind: 'RUN', runId: newId() });
      await publish(tx, { kind: 'SAMPLE', runId });
      await publish(tx, { kind: 'METRICS', runId, detail: { fromStep: 1, toStep: 9 } });
    });
    expect(await take(source, 1)).toMatchObject([
      { kind: 'METRICS', runId, detail: { fromStep: 1, toStep: 9 } },
    ]);
  });

  it('goes on after its connection was cut', async () => {
    const source = feed.subscribe({ kinds: ['SAMPLE'] });
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plumage-live' and datname = current_database()`,
    );
    await add(1);
    expect((await take(source, 1)).map(numberOf)).toEqual([1]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await add(2);
    expect((await take(source, 1)).map(numberOf)).toEqual([2]);
  });

  it('a cursor from before the purge is refused, so that the page reads afresh', async () => {
    await add(1);
    const old = encodeCursor({ xid: 3n, id: 1n, atMs: Date.now() - 3_600_000 });
    await expect(feed.subscribe({ kinds: ['SAMPLE'], after: old }).next()).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
    });
    await database.pool.query(`update "Change" set at = now() - interval '2 hours'`);
    expect(await purgeChanges(database.pool)).toBe(1);
  });

  it('a cursor that is none of ours is refused as input', () => {
    for (const after of ['x', encodeCursor({ xid: 1n, id: 1n, atMs: 1 }).slice(2), 'MS4yLjM7ZHJvcA']) {
      expect(() => feed.subscribe({ kinds: ['RUN'], after })).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
    }
    const position = { xid: 7n, id: 8n, atMs: 9 };
    expect(decodeCursor(encodeCursor(position))).toEqual(position);
  });

  it('a reader that leaves while waiting is let go at once', async () => {
    const source = feed.subscribe({ kinds: ['RUN'] });
    const waiting = source.next();
    expect(feed.size).toBe(1);
    await source.return?.();
    expect(feed.size).toBe(0);
    expect(await waiting).toMatchObject({ done: true });
  });

  it('closing ends every subscription', async () => {
    const source = feed.subscribe({ kinds: ['RUN'] });
    const waiting = source.next();
    await feed.close();
    expect(await waiting).toMatchObject({ done: true });
  });
});
