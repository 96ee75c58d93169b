/**
 * The key that `plumage sign-in` keeps: one file that its owner alone may read, with the server that the key belongs
 * to, so that a key is never sent to another server than its own.
 */
import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export interface KeptKey {
  /** Origin, such as http://gpu-box:4600. */
  readonly server: string;
  readonly key: string;
}

/** $XDG_CONFIG_HOME/plumage/key, or ~/.config/plumage/key. */
export const keyFilePath = (env: Readonly<Record<string, string | undefined>>): string =>
  join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'plumage', 'key');

/** What is kept, or undefined when there is no such file or it is not one of ours. */
export const readKeptKey = (file: string): KeptKey | undefined => {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (kept === null || typeof kept !== 'object' || !('server' in kept) || !('key' in kept))
      return undefined;
    const { server, key } = kept;
    return typeof server === 'string' && typeof key === 'string' ? { server, key } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Replaces what was kept. Written aside and renamed, with mode 0600 from its first byte. */
export const writeKeptKey = async (file: string, kept: KeptKey): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${process.pid}.partial`;
  await writeFile(aside, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  await chmod(aside, 0o600);
  await rename(aside, file);
};

/** @returns false when there was nothing to forget */
export const removeKeptKey = async (file: string): Promise<boolean> => {
  const there = await stat(file).then(
    () => true,
    () => false,
  );
  await rm(file, { force: true });
  return there;
};
