/** File systems that fail at one chosen operation, for tests: a crash after which nothing more is done, or a full disk. */
import { diskFiles, type Files } from './files.ts';

/** The operations that change the disk; the others are not counted. */
const changing = [
  'writeSync',
  'fsyncSync',
  'closeSync',
  'renameSync',
  'linkSync',
  'copyFileSync',
  'rmSync',
] as const;
/** Those that need room. */
const growing = new Set<string>(['openSync', 'writeSync', 'linkSync', 'copyFileSync']);

export class Crash extends Error {
  override readonly name = 'Crash';
}

/** The same files, not waiting for the disk: what a test means does not depend on it. */
export const quickFiles: Files = { ...diskFiles, fsyncSync: () => {} };

type Operation = (...args: never[]) => unknown;

const intercept = (before: (name: string, args: readonly unknown[]) => void): Files => {
  const wrapped: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(quickFiles) as Array<[string, Operation]>) {
    wrapped[name] = (...args) => {
      const creates = name === 'openSync' && args[1] === 'w';
      if (creates || (changing as readonly string[]).includes(name)) before(name, args);
      return operation(...args);
    };
  }
  return wrapped as unknown as Files;
};

/** Dies before change number `at` (a write is torn in its middle first), and does nothing afterwards. */
export const crashingFiles = (at: number): Files & { readonly changes: () => number } => {
  let count = 0;
  const files = intercept((name, args) => {
    if (count === at && name === 'writeSync') {
      const [handle, bytes] = args as [number, Uint8Array];
      diskFiles.writeSync(handle, bytes.subarray(0, bytes.byteLength >> 1));
    }
    if (count >= at) throw new Crash(`crashed at change ${at}, a ${name}`);
    count += 1;
  });
  return { ...files, changes: () => count };
};

/** Has no room while `full()` says so. */
export const fullFiles = (full: (change: number) => boolean): Files => {
  let count = 0;
  return intercept((name) => {
    if (!growing.has(name)) return;
    count += 1;
    if (full(count))
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' });
  });
};
