/**
 * The checkpoints that were drawn from last, so that a second render of one starts at once. An entry is a folder that
 * takes its name when it is whole; the one that was used longest ago goes first; one that is in use stays.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface HeldCheckpoint {
  readonly folder: string;
  /** It was fetched just now: what is wrong with it was wrong in the store. */
  readonly fresh: boolean;
  /** It may go now. */
  release(): void;
}

export interface CheckpointCache {
  /** The folder of a checkpoint, brought by `fetch` if it is not there. @throws what `fetch` throws */
  hold(id: string, fetch: (folder: string) => Promise<void>): Promise<HeldCheckpoint>;
  /** Its files turned out to be damaged: the next `hold` fetches them again. */
  forget(id: string): void;
}

/** @param kept how many stay when none is in use */
export const openCheckpointCache = (path: string, kept = 4): CheckpointCache => {
  const users = new Map<string, number>();
  const fetching = new Map<string, Promise<void>>();
  // Ids come from the server: only their harmless characters become part of a path.
  const nameOf = (id: string): string => id.replaceAll(/[^\w-]/g, '_');
  const folderOf = (name: string): string => join(path, name);

  mkdirSync(path, { recursive: true });
  for (const name of readdirSync(path)) {
    if (name.endsWith('.partial')) rmSync(folderOf(name), { recursive: true, force: true });
  }

  const evict = (): void => {
    const entries = readdirSync(path)
      .filter((name) => !name.endsWith('.partial'))
      .map((name) => ({ name, usedAt: statSync(folderOf(name)).mtimeMs }))
      .sort((a, b) => b.usedAt - a.usedAt);
    for (const { name } of entries.slice(kept)) {
      if (!users.has(name)) rmSync(folderOf(name), { recursive: true, force: true });
    }
  };
  const bring = async (name: string, fetch: (folder: string) => Promise<void>): Promise<void> => {
    const staging = `${folderOf(name)}.partial`;
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
    try {
      await fetch(staging);
      await rename(staging, folderOf(name));
    } catch (error) {
      await rm(staging, { recursive: true, force: true });
      throw error;
    }
  };
  const release = (name: string): void => {
    const left = (users.get(name) ?? 1) - 1;
    if (left > 0) users.set(name, left);
    else users.delete(name);
    evict();
  };

  return {
    async hold(id, fetch) {
      const name = nameOf(id);
      users.set(name, (users.get(name) ?? 0) + 1);
      let fresh = false;
      try {
        fresh = !existsSync(folderOf(name));
        if (fresh) {
          const begun = fetching.get(name) ?? bring(name, fetch).finally(() => fetching.delete(name));
          fetching.set(name, begun);
          await begun;
        }
        const now = new Date();
        utimesSync(folderOf(name), now, now);
      } catch (error) {
        release(name);
        throw error;
      }
      let held = true;
      return {
        folder: folderOf(name),
        fresh,
        release() {
          if (held) release(name);
          held = false;
        },
      };
    },
    forget: (id) => rmSync(folderOf(nameOf(id)), { recursive: true, force: true }),
  };
};
