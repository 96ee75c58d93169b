import { parseSweepDefinition } from '@plumage/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../database.ts';
import type { PrismaClient, Sweep } from '../../generated/prisma/client.ts';
import { type Fleet, startFleet } from '../../testing/fleet.ts';
import { lockSweep } from '../edit/sweep-edit.sql.ts';
import { suggestRuns } from '../suggestion.service.ts';
import { historySince, takeInResults } from './history.sql.ts';
import { memoriesOf, SearchMemories } from './search-memories.ts';
import { SearchMemory } from './search-memory.ts';

const source = {
  ...{ method: 'cmaes', run_cap: 500, seed: 4, metric: { name: 'loss', goal: 'minimize' } },
  parameters: { learning_rate: { min: 0.0001, max: 0.1 }, beta1: { min: 0.1, max: 0.9 } },
};

describe('what a process remembers of a search', () => {
  let fleet: Fleet;
  let other: Database;
  let sweep: Sweep;
  beforeEach(async () => {
    fleet = await startFleet();
    other = createDatabase(fleet.url, { maxConnections: 4 });
    sweep = await fleet.sweep(source);
  });
  afterEach(async () => {
    await other.close();
    await fleet.close();
  });

  const end = (database: PrismaClient, ...numbers: number[]) =>
    database.run.updateMany({
      where: { sweepId: sweep.id, number: { in: numbers } },
      data: { state: 'FINISHED', objective: 0.5, finishedAt: new Date() },
    });
  /** As if they were claimed: they no longer wait. */
  const start = () =>
    fleet.database.run.updateMany({ where: { state: 'QUEUED' }, data: { state: 'RUNNING' } });
  const knownTo = (database: PrismaClient) => {
    const known = memoriesOf(database).get(sweep.id, 1)?.known;
    if (known === undefined) throw new Error('nothing is remembered');
    return known;
  };

  it('grows by what is new: its own runs, those of other processes, and results in the order of their ends', async () => {
    await suggestRuns(fleet.database, sweep.id, 3);
    expect(knownTo(fleet.database)).toMatchObject({ number: 3, result: 0 });
    await start();
    await end(fleet.database, 2);
    await suggestRuns(other.prisma, sweep.id, 2);
    await start();
    expect(knownTo(other.prisma)).toMatchObject({ number: 5, result: 1 });
    const news = await historySince(fleet.database, knownTo(fleet.database));
    expect(news.map(({ number, resultNumber }) => [number, resultNumber])).toEqual([
      [2, 1],
      [4, null],
      [5, null],
    ]);
    await end(fleet.database, 1);
    await end(fleet.database, 5);
    await suggestRuns(fleet.database, sweep.id, 1);
    expect(knownTo(fleet.database)).toMatchObject({ number: 6, result: 3 });
    const runs = await fleet.database.run.findMany({ orderBy: { number: 'asc' } });
    expect(runs.map((run) => run.resultNumber)).toEqual([2, 1, null, null, 3, null]);
    expect(runs.map((run) => run.knownResults)).toEqual([0, 0, 0, 1, 1, 3]);
  });

  it('is forgotten when the transaction fails that taught it, so that the next one gives the same run', async () => {
    await suggestRuns(fleet.database, sweep.id, 2);
    await start();
    let lost: unknown;
    const failing = suggestRuns(fleet.database, sweep.id, 1, async (tx, [id]) => {
      lost = (await tx.run.findUniqueOrThrow({ where: { id: id ?? '' } })).assignment;
      throw new Error('cut off');
    });
    await expect(failing).rejects.toThrow('cut off');
    expect(memoriesOf(fleet.database).get(sweep.id, 1)).toBeUndefined();
    await suggestRuns(fleet.database, sweep.id, 1);
    const third = await fleet.database.run.findFirstOrThrow({ where: { number: 3 } });
    expect(third.assignment).toEqual(lost);
    expect(await fleet.database.run.count()).toBe(3);
  });

  it('numbers each result once, whoever takes in at the same time', async () => {
    await suggestRuns(fleet.database, sweep.id, 40);
    const take = (database: PrismaClient) =>
      database.$transaction(async (tx) => {
        await lockSweep(tx, sweep.id);
        return await takeInResults(tx, sweep.id);
      });
    const all = Array.from({ length: 40 }, (_, i) => i + 1);
    await Promise.all([
      end(fleet.database, ...all.slice(0, 20)),
      take(fleet.database),
      end(other.prisma, ...all.slice(20)),
      take(other.prisma),
      take(fleet.database),
    ]);
    expect(await take(other.prisma)).toBe(40);
    const runs = await fleet.database.run.findMany();
    expect(runs.map((run) => run.resultNumber).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(all);
  });
});

describe('many searches', () => {
  const memoryOf = (id: string, runs: number) => {
    const parsed = parseSweepDefinition({ ...source, method: 'random' }, { accept: 'grammar' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const memory = new SearchMemory(id, 1, parsed.definition);
    for (let number = 1; number <= runs; number++) {
      const suggestion = memory.suggest(number);
      if (suggestion.kind === 'assignment') memory.add(number, suggestion);
    }
    return memory;
  };

  it('are remembered until they hold too many runs; those asked longest ago go first, the last one never', () => {
    const memories = new SearchMemories(10);
    memories.keep('a', 1, memoryOf('a', 4));
    memories.keep('b', 1, memoryOf('b', 4));
    const a = memories.get('a', 1);
    if (a !== undefined) memories.keep('a', 1, a);
    memories.keep('c', 1, memoryOf('c', 4));
    expect(['a', 'b', 'c'].map((id) => memories.get(id, 1) !== undefined)).toEqual([true, false, true]);
    memories.keep('d', 1, memoryOf('d', 50));
    expect(['a', 'c', 'd'].map((id) => memories.get(id, 1) !== undefined)).toEqual([false, false, true]);
    expect(memories.get('d', 2)).toBeUndefined();
  });
});
