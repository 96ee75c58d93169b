/**
 * The two ways in which the command line itself says no. A UsageError is a mistake in how it was called (exit code
 * 2); a CommandError is a command that was understood and could not be done (exit code 1). What the server refuses
 * comes as the client's ApiError and keeps its code.
 */

export type UsageCode =
  | 'UNKNOWN_COMMAND'
  | 'INCOMPLETE_COMMAND'
  | 'UNKNOWN_OPTION'
  | 'OPTION_VALUE'
  | 'MISSING_OPTION'
  | 'ARGUMENTS';

/** Thrown before anything is done. `command` is the part that was understood, such as "sweep create" or "". */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code: UsageCode;
  readonly command: string;

  constructor(code: UsageCode, command: string, message: string) {
    super(message);
    this.code = code;
    this.command = command;
  }
}

export type CommandErrorCode =
  | 'NO_KEY'
  | 'NOT_FOUND'
  | 'AMBIGUOUS_NAME'
  | 'NOTHING_TO_READ'
  | 'EDITED_MEANWHILE'
  | 'NO_SUCH_METRIC'
  | 'FOLDER_IN_USE'
  | 'NO_CHECKOUT'
  | 'RENDER_INVALID'
  | 'RENDER_FAILED';

/** Thrown when the command is right and the world is not. `hint` is what to try next, a sentence or ''. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: CommandErrorCode;
  readonly hint: string;

  constructor(code: CommandErrorCode, message: string, hint = '') {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
