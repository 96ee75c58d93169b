import { describe, expect, it } from 'vitest';
import { AgentFault, type AgentFaultCode, exitCodeOf } from './agent.error.ts';

describe('the exit code', () => {
  it.each<[AgentFaultCode, number]>([
    ['SERVER_UNREACHABLE', 1],
    ['WORK_FOLDER_LOCKED', 1],
    ['NO_BACKEND', 1],
    ['USAGE', 2],
    ['KEY_REFUSED', 2],
    ['WORK_FOLDER_UNUSABLE', 2],
    ['SUPERSEDED', 2],
  ])('of %s is %i', (code, exit) => {
    expect(exitCodeOf(new AgentFault(code, 'said'))).toBe(exit);
  });

  it('of a fault of the program itself lets a supervisor try again', () => {
    expect(exitCodeOf(new TypeError('undefined is not a function'))).toBe(1);
    expect(exitCodeOf('thrown')).toBe(1);
  });
});
