import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpointCache } from './render.cache.ts';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'plumage-render-cache-'));
});
afterEach(() => rmSync(path, { recursive: true }));

const fetch = async (folder: string): Promise<void> => writeFileSync(join(folder, 'model'), 'weights');
const never = async (): Promise<void> => {
  throw new Error('fetched again');
};

describe('the cache of checkpoints', () => {
  it('fetches an entry once, also for two who ask at once and after a restart', async () => {
    const cache = openCheckpointCache(path);
    let fetched = 0;
    const count = async (folder: string) => {
      fetched += 1;
      await fetch(folder);
    };
    const both = await Promise.all([cache.hold('a', count), cache.hold('a', count)]);
    expect(fetched).toBe(1);
    for (const held of both) held.release();
    const held = await openCheckpointCache(path).hold('a', never);
    expect(held.fresh).toBe(false);
    expect(existsSync(join(held.folder, 'model'))).toBe(true);
  });

  it('keeps those that were used last, and whatever is in use', async () => {
    const cache = openCheckpointCache(path, 2);
    const held = await cache.hold('in use', fetch);
    for (const [age, id] of ['a', 'b', 'c'].entries()) {
      const entry = await cache.hold(id, fetch);
      utimesSync(entry.folder, 2_000 + age, 2_000 + age);
      if (id === 'a') utimesSync(held.folder, 1_000, 1_000);
      entry.release();
    }
    expect(readdirSync(path).sort()).toEqual(['b', 'c', 'in_use']);
    held.release();
    expect(readdirSync(path).sort()).toEqual(['b', 'c']);
  });

  it('has nothing of a fetch that failed or was cut off, and fetches what was forgotten', async () => {
    mkdirSync(join(path, 'a.partial'));
    const cache = openCheckpointCache(path);
    await expect(cache.hold('a', never)).rejects.toThrow('fetched again');
    expect(readdirSync(path)).toEqual([]);
    const held = await cache.hold('a', fetch);
    expect(held.fresh).toBe(true);
    held.release();
    cache.forget('a');
    expect((await cache.hold('a', fetch)).fresh).toBe(true);
  });

  it('never leaves its folder, whatever an id says', async () => {
    const held = await openCheckpointCache(path).hold('../../etc', fetch);
    expect(held.folder).toBe(join(path, '______etc'));
  });
});
