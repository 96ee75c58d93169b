/** Files by their age, as the file system tells it. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether nothing was written to the file for so long; false when it is gone. */
export async function isOlder(path: string, olderThanMs: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < Date.now() - olderThanMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Removes the folder's old files, or those of them whose name is chosen. @returns how many. */
export async function removeOlder(
  folder: string,
  olderThanMs: number,
  chosen: (names: string[]) => Promise<string[]> = async (names) => names,
): Promise<number> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  let removed = 0;
  for (const name of await chosen(names)) {
    const path = join(folder, name);
    if (!(await isOlder(path, olderThanMs))) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
