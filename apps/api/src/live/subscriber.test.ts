import { describe, expect, it } from 'vitest';
import type { ChangeRow } from './change.sql.ts';
import { Subscriber } from './subscriber.ts';

const row = (id: number): ChangeRow => ({
  ...{ xid: 70n, id: BigInt(id), atMs: 1 },
  ...{ kind: 'RUN', sweepId: null, runId: null, agentId: null, detail: null },
});
const next = async (subscriber: Subscriber): Promise<number | string> => {
  const found = await subscriber.next();
  return typeof found === 'string' ? found : Number(found.id);
};

describe('a subscriber', () => {
  it('that comes from a process whose feed is ahead gets nothing twice', async () => {
    const subscriber = new Subscriber(() => true);
    subscriber.lag(row(5));
    subscriber.restart(row(3));
    for (const id of [4, 5, 6, 7]) subscriber.offer(row(id));
    expect([await next(subscriber), await next(subscriber)]).toEqual([6, 7]);
  });

  it('that comes from a process whose feed is behind gets every later row', async () => {
    const subscriber = new Subscriber(() => true);
    subscriber.lag(row(2));
    // Rows 3 to 5 are read from the table.
    expect(subscriber.restart(row(5))).toEqual(row(5));
    subscriber.offer(row(6));
    expect(await next(subscriber)).toBe(6);
  });
});
