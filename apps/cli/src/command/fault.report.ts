/** The one place where an error becomes words and an exit code: 2 for how it was called, 1 for everything else. */
import { ApiError, ApiUnreachable, BlobMismatch } from '@plumage/api-client';
import type { Terminal } from '../terminal/terminal.ts';
import { CommandError, UsageError } from './command.error.ts';

interface Fault {
  readonly exitCode: 1 | 2;
  /** Stable; null for a fault of this program. */
  readonly code: string | null;
  readonly message: string;
  /** What to try, a line or several; '' for nothing. */
  readonly hint: string;
  /** Where in the input, if the server said so. */
  readonly path: string;
}

const hints: Readonly<Record<string, string>> = {
  UNAUTHENTICATED:
    'The key is wrong, revoked or expired. Settings in the dashboard makes one; then: plumage sign-in --key -',
  FORBIDDEN: 'Your key has too small a role for this; an editor or admin can make a greater one.',
  UNEXPECTED_ANSWER: '--server or PLUMAGE_SERVER says which server is asked.',
};

const usageHint = ({ code, command }: UsageError): string =>
  code === 'INCOMPLETE_COMMAND'
    ? `\`plumage ${command} --help\` says what they do.`
    : `\`${['plumage', command, '--help'].filter((part) => part !== '').join(' ')}\` lists what there is.`;

const readFault = (error: unknown): Fault => {
  if (error instanceof UsageError) {
    return { exitCode: 2, code: error.code, message: error.message, hint: usageHint(error), path: '' };
  }
  if (error instanceof CommandError) {
    return { exitCode: 1, code: error.code, message: error.message, hint: error.hint, path: '' };
  }
  if (error instanceof ApiError) {
    const { code, message, path } = error;
    return { exitCode: 1, code, message, hint: hints[code] ?? '', path };
  }
  if (error instanceof ApiUnreachable) {
    const hint =
      'Is the server running there? `plumage up` starts one on this machine; --server URL or PLUMAGE_SERVER names another.';
    return { exitCode: 1, code: error.code, message: error.message, hint, path: '' };
  }
  if (error instanceof BlobMismatch) {
    const hint = 'Run the same command again; files that are whole are kept.';
    return { exitCode: 1, code: error.code, message: error.message, hint, path: '' };
  }
  if (error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string') {
    return { exitCode: 1, code: error.code, message: error.message, hint: '', path: '' };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: 1, code: null, message, hint: '', path: '' };
};

/** Says it on stderr, as JSON for a program. @returns the exit code */
export const reportFault = (error: unknown, terminal: Terminal, json: boolean): 1 | 2 => {
  const { exitCode, code, message, hint, path } = readFault(error);
  if (json) {
    terminal.err(JSON.stringify({ error: { code: code ?? 'INTERNAL', message, path, hint } }, null, 2));
    return exitCode;
  }
  // The codes of this program's own mistakes and of files say nothing that the sentence does not.
  const named = error instanceof ApiError && code !== null ? `${code}: ` : '';
  terminal.err(`${terminal.paintErr('bad', 'plumage:')} ${named}${message}`);
  if (hint !== '') terminal.err(hint);
  return exitCode;
};
