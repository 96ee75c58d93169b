import { describe, expect, it } from 'vitest';
import { Gather } from './gather.ts';

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('gathering calls', () => {
  it('calls of one moment are one batch, later ones wait for the next, and each gets its own result', async () => {
    const batches: number[][] = [];
    const gather = new Gather<number, number>(
      async (items) => {
        batches.push([...items]);
        await pause();
        return items.map((item) => item * 10);
      },
      { atOnce: 1, most: 3 },
    );
    const results = await Promise.all([1, 2, 3, 4, 5].map((item) => gather.ask(item)));
    expect(results).toEqual([10, 20, 30, 40, 50]);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('a call that fails does so alone', async () => {
    const gather = new Gather<number, number>(
      async (items) => {
        await pause();
        if (items.includes(2)) throw new Error('two');
        return items;
      },
      { atOnce: 2, most: 10 },
    );
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => gather.ask(item)));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await gather.ask(7)).toBe(7);
  });

  it('calls that are in no hurry wait for each other', async () => {
    const batches: number[][] = [];
    const gather = new Gather<number, number>(
      async (items) => {
        batches.push([...items]);
        return items;
      },
      { atOnce: 1, most: 10, lingerMs: 200 },
    );
    const first = gather.ask(1);
    await pause();
    await Promise.all([first, gather.ask(2)]);
    expect(batches).toEqual([[1, 2]]);
  });
});
