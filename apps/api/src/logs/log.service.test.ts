import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GrantedLease } from '../runs/claim.service.ts';
import { reapExpired } from '../runs/settle.service.ts';
import { endWait, expire, fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';
import { compileFilter, cursorOf, type LogPageRequest, readLogs, reportLogs } from './log.service.ts';
import { countLines } from './log.sql.ts';

let fleet: Fleet;
let lease: GrantedLease;
beforeEach(async () => {
  fleet = await startFleet();
  await fleet.sweep(gridOf(1));
  lease = await fleet.take(await fleet.agent('wren'));
});
afterEach(() => fleet.close());

const line = (sequence: number, text = `line ${sequence}`, stream = 'stdout') => ({
  sequence,
  at: new Date('2026-01-01'),
  stream,
  text,
});
const write = (lines: ReturnType<typeof line>[]) => reportLogs(fleet.database, fenceOfLease(lease), lines);

const everything = compileFilter({});
const read = (change: Partial<LogPageRequest> = {}) =>
  readLogs(fleet.database, {
    runId: lease.id,
    filter: everything,
    first: 2,
    after: null,
    before: null,
    newest: false,
    ...change,
  });
const textsOf = (page: Awaited<ReturnType<typeof read>>) => page.lines.map((row) => row.text);

/** Gives the run to the next attempt, as after an agent that was lost. */
const nextAttempt = async () => {
  await expire(fleet.database, lease.id);
  await reapExpired(fleet.database);
  await endWait(fleet.database, lease.id);
  lease = await fleet.take(await fleet.agent('heir'));
};

describe('log lines', () => {
  it('are kept once and read in order, page by page', async () => {
    await write([line(3), line(1)]);
    expect(await write([line(1), line(2), line(3)])).toMatchObject({ duplicate: false });
    expect(await write([line(2)])).toMatchObject({ duplicate: true });
    const first = await read();
    expect(first).toMatchObject({ hasNextPage: true, olderCursor: null });
    expect(textsOf(first)).toEqual(['line 1', 'line 2']);
    const second = await read({ after: first.endCursor });
    expect(second).toMatchObject({ hasNextPage: false, lines: [{ text: 'line 3' }] });
  });

  it('are kept once when a batch is sent twice at one moment', async () => {
    const batch = Array.from({ length: 50 }, (_, i) => line(i));
    const answers = await Promise.all([write(batch), write(batch), write(batch)]);
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await countLines(fleet.database, lease.id, everything)).toBe(50);
  });

  it('are read from the end where a page follows them, and go on after its cursor', async () => {
    await write([line(1), line(2), line(3)]);
    const newest = await read({ newest: true });
    expect(textsOf(newest)).toEqual(['line 2', 'line 3']);
    await write([line(4)]);
    expect(textsOf(await read({ after: newest.endCursor }))).toEqual(['line 4']);
  });

  it('are walked back to the very first, over attempts, and forth again', async () => {
    await write([line(1), line(2), line(3)]);
    await nextAttempt();
    await write([line(1, 'again 1'), line(2, 'again 2')]);
    const newest = await read({ newest: true, first: 3 });
    expect(textsOf(newest)).toEqual(['line 3', 'again 1', 'again 2']);
    const older = await read({ before: newest.olderCursor, first: 3 });
    expect(textsOf(older)).toEqual(['line 1', 'line 2']);
    expect(older).toMatchObject({ olderCursor: null, hasNextPage: true });
    expect(textsOf(await read({ after: older.endCursor, first: 3 }))).toEqual([
      'line 3',
      'again 1',
      'again 2',
    ]);
    expect((await read({ after: older.endCursor })).olderCursor).toBe(cursorOf({ epoch: 1, sequence: 3 }));
  });

  it('of a superseded attempt stay, marked by their attempt', async () => {
    await write([line(1)]);
    await nextAttempt();
    await write([line(1, 'again 1')]);
    expect(textsOf(await read({ filter: compileFilter({ epoch: 1 }) }))).toEqual(['line 1']);
    expect((await read()).lines.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('are found by what a person typed: in any case, and nothing in it is a pattern', async () => {
    await write([line(1, 'Loss 100% done'), line(2, 'loss 1000 done'), line(3, 'a_b'), line(4, 'C:\\tmp')]);
    const found = async (search: string) =>
      textsOf(await read({ filter: compileFilter({ search }), first: 9 }));
    expect(await found('LOSS 100')).toEqual(['Loss 100% done', 'loss 1000 done']);
    expect(await found('100%')).toEqual(['Loss 100% done']);
    expect(await found('a_b')).toEqual(['a_b']);
    expect(await found('_')).toEqual(['a_b']);
    expect(await found(':\\T')).toEqual(['C:\\tmp']);
    expect(await countLines(fleet.database, lease.id, compileFilter({ search: 'loss' }))).toBe(2);
    expect(await found('')).toHaveLength(4);
  });

  it('are filtered by stream, and found page by page in both directions', async () => {
    await write(Array.from({ length: 9 }, (_, i) => line(i, `l ${i}`, i % 2 === 0 ? 'stderr' : 'stdout')));
    const filter = compileFilter({ stream: 'stderr', search: 'L' });
    const newest = await read({ filter, newest: true });
    expect(textsOf(newest)).toEqual(['l 6', 'l 8']);
    const older = await read({ filter, before: newest.olderCursor });
    expect(textsOf(older)).toEqual(['l 2', 'l 4']);
    expect(await countLines(fleet.database, lease.id, filter)).toBe(5);
  });

  it('are announced once a batch, in the transaction that takes them, and not when nothing was new', async () => {
    await write([line(4), line(5), line(6)]);
    await write([line(5)]);
    const changes = await fleet.database.change.findMany({ where: { kind: 'LOGS' } });
    expect(changes).toMatchObject([
      { runId: lease.id, sweepId: lease.sweepId, detail: { epoch: 1, fromSequence: 4, toSequence: 6 } },
    ]);
  });

  it('of an attempt that has been taken over are refused, and nothing is written', async () => {
    const former = fenceOfLease(lease);
    await nextAttempt();
    const late = reportLogs(fleet.database, former, [line(1)]);
    await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await countLines(fleet.database, lease.id, everything)).toBe(0);
  });

  it('may hold what Postgres cannot', async () => {
    await write([line(1, 'a\0b')]);
    expect((await fleet.database.runLog.findFirstOrThrow()).text).toBe('a\uFFFDb');
  });

  it('refuse what is wrong by its path', async () => {
    const path = (change: object) => write([{ ...line(1), ...change }]).catch((error) => error.path);
    expect(await path({ sequence: -1 })).toBe('input.lines[0].sequence');
    expect(await path({ stream: 'a b' })).toBe('input.lines[0].stream');
    expect(await path({ text: 'x'.repeat(16_385) })).toBe('input.lines[0].text');
    const question = (change: Partial<LogPageRequest>) => read(change).catch((error) => error.path);
    expect(await question({ before: 'nonsense' })).toBe('before');
    const cursor = cursorOf({ epoch: 1, sequence: 1 });
    expect(await question({ after: cursor, before: cursor })).toBe('after');
    expect(() => compileFilter({ search: 'x'.repeat(201) })).toThrow('search');
  });
});
