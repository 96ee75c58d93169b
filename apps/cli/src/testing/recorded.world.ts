/** A world whose terminal writes into lists, for tests: what a command said is what they compare. */
import type { World } from '../command/command.type.ts';
import { createTerminal } from '../terminal/terminal.ts';

export interface Recorded {
  readonly world: World;
  /** What went to stdout, whole. */
  out(): string;
  /** What went to stderr, whole. */
  err(): string;
}

export interface Recording {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Cells of a line when stdout and stderr are a terminal; left out, they are pipes. */
  readonly columns?: number;
  readonly now?: Date;
}

export const recordedWorld = (recording: Recording = {}): Recorded => {
  const { env = {}, cwd = '/nowhere', stdin = '', columns, now } = recording;
  const written: { out: string; err: string } = { out: '', err: '' };
  const streamTo = (name: 'out' | 'err') => ({
    ...(columns === undefined ? {} : { isTTY: true, columns }),
    write: (text: string) => (written[name] += text),
  });
  return {
    world: {
      env,
      cwd,
      root: '/nowhere/',
      terminal: createTerminal(streamTo('out'), streamTo('err'), env),
      readStdin: () => Promise.resolve(stdin),
      now: () => now ?? new Date(),
    },
    out: () => written.out,
    err: () => written.err,
  };
};
