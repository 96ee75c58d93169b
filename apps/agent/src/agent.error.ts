/** Faults that end the agent with one sentence, and the exit code that tells its supervisor whether to start it again. */
export type AgentFaultCode =
  | 'USAGE'
  | 'WORK_FOLDER_LOCKED'
  | 'WORK_FOLDER_UNUSABLE'
  | 'KEY_REFUSED'
  | 'SERVER_UNREACHABLE'
  | 'SUPERSEDED'
  | 'NO_BACKEND';

/** May pass by itself: another start is worth trying. Every fault of the program itself counts as such. */
export const exitMayPass = 1;

/** A person must mend it: another start would end the same way, or do harm. */
export const exitMustMend = 2;

/** A code without a row does not compile. */
const exitCodes: Readonly<Record<AgentFaultCode, number>> = Object.freeze({
  USAGE: exitMustMend,
  // The holder may be the agent before, still writing its checkpoints.
  WORK_FOLDER_LOCKED: exitMayPass,
  WORK_FOLDER_UNUSABLE: exitMustMend,
  KEY_REFUSED: exitMustMend,
  SERVER_UNREACHABLE: exitMayPass,
  // Started again it would take the name back, and the two would take it from each other without end.
  SUPERSEDED: exitMustMend,
  // A box that has just booted may have its driver in a moment.
  NO_BACKEND: exitMayPass,
});

export class AgentFault extends Error {
  override readonly name = 'AgentFault';
  readonly code: AgentFaultCode;

  constructor(code: AgentFaultCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

export const exitCodeOf = (error: unknown): number =>
  error instanceof AgentFault ? exitCodes[error.code] : exitMayPass;
