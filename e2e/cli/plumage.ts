/** `plumage` as a person starts it: a process with its own environment, its words, its two streams and its exit code. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../apps/cli/', import.meta.url);

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** stdout as JSON. */
  json<T>(): T;
}

export interface Surroundings {
  /** Where sign-in keeps its key. */
  readonly configFolder: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** @param program what is started, from apps/cli: the bundle, or the sources' plumage.mjs */
export const plumage = async (
  line: string,
  surroundings: Surroundings,
  program = 'dist/main.js',
): Promise<Said> => {
  const { configFolder, cwd, env = {}, stdin = '' } = surroundings;
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, folder)), ...line.split(' ')], {
    cwd,
    env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: configFolder, ...env },
    stdio: 'pipe',
  });
  child.stdin.end(stdin);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err, json: () => JSON.parse(out) };
};
