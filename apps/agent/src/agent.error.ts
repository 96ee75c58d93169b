/** Faults that end the agent with exit code 1 and one sentence; a person can mend each of them. */
export type AgentFaultCode =
  | 'USAGE'
  | 'WORK_FOLDER_LOCKED'
  | 'WORK_FOLDER_UNUSABLE'
  | 'KEY_REFUSED'
  | 'SERVER_UNREACHABLE'
  | 'SUPERSEDED'
  | 'NO_BACKEND';

export class AgentFault extends Error {
  override readonly name = 'AgentFault';
  readonly code: AgentFaultCode;

  constructor(code: AgentFaultCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
