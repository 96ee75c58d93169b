/** Where words go: answers to stdout, everything said about them to stderr, so that a pipe holds answers only. */
import { type Paint, paintFor } from './paint.ts';

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Terminal {
  /** One line, or several, of the answer. */
  out(text: string): void;
  /** A line about the answer. */
  err(text: string): void;
  /** Shows how far a long command is: one line that rewrites itself on a terminal, nothing in a pipe. */
  progress(text: string): void;
  readonly paint: Paint;
  /** Colours for stderr. */
  readonly paintErr: Paint;
  /** Width to keep to; undefined when stdout is no terminal and lines may be as long as they are. */
  readonly columns: number | undefined;
}

export const createTerminal = (
  stdout: Stream,
  stderr: Stream,
  env: Readonly<Record<string, string | undefined>>,
): Terminal => {
  let rewriting = false;
  const clear = () => {
    if (rewriting) stderr.write('\r\u001b[K');
    rewriting = false;
  };
  return {
    out(text) {
      clear();
      stdout.write(`${text}\n`);
    },
    err(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!stderr.isTTY) return;
      stderr.write(`\r\u001b[K${text}`);
      rewriting = text !== '';
    },
    paint: paintFor(stdout.isTTY === true, env),
    paintErr: paintFor(stderr.isTTY === true, env),
    columns: stdout.isTTY ? (stdout.columns ?? 80) : undefined,
  };
};
