import { builtInTrainers } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './command.grant.ts';

const command = { trainer: 'command', commandLine: ['node', 'train.mjs'] };

describe('an agent', () => {
  it('runs a program only if it was started with --allow-command, whatever the server gives it', () => {
    expect(refusalOf(command, { allowCommand: true })).toBeUndefined();
    expect(refusalOf(command, { allowCommand: false })).toEqual({
      failureClass: 'user_error',
      message: 'The sweep runs a program, and this agent was started without --allow-command.',
    });
  });

  it('trains our own model either way', () => {
    for (const allowCommand of [true, false])
      for (const trainer of builtInTrainers)
        expect(refusalOf({ trainer, commandLine: null }, { allowCommand })).toBeUndefined();
  });

  it('refuses what it does not know or cannot run, in words', () => {
    expect(refusalOf({ ...command, trainer: 'llm' }, { allowCommand: true })?.message).toMatch(
      /trainer "llm"/,
    );
    expect(refusalOf({ ...command, commandLine: [] }, { allowCommand: true })?.message).toMatch(
      /names no program/,
    );
  });
});
