/** A lease whose trainer is a program: whether this agent runs it at all, and what its child must know for it. */
import { join } from 'node:path';
import { isBuiltIn } from '@plumage/contract';
import type { LeaseGranted } from './agent.api.ts';
import type { Failure } from './child.failure.ts';
import type { CommandSpec } from './command.spec.ts';
import type { RunFolder } from './run.folder.ts';

export interface CommandSettings {
  readonly server: string;
  /** Started with --allow-command: without it no program is ever run, whatever the server says. */
  readonly allowCommand: boolean;
  /** Where programs run. */
  readonly commandDir: string;
  /** How long a child may take to write its checkpoint and end. */
  readonly stopGraceMs: number;
}

/** Why this agent does not train what it was given; undefined when it does. */
export const refusalOf = (
  { trainer, commandLine }: Pick<LeaseGranted, 'trainer' | 'commandLine'>,
  settings: Pick<CommandSettings, 'allowCommand'>,
): Failure | undefined => {
  const refuse = (message: string): Failure => ({ failureClass: 'user_error', message });
  if (isBuiltIn(trainer)) return undefined;
  if (trainer !== 'command')
    return refuse(`This agent does not know the trainer "${trainer}"; a newer one may.`);
  if (!settings.allowCommand)
    return refuse('The sweep runs a program, and this agent was started without --allow-command.');
  return commandLine?.length ? undefined : refuse('The sweep names no program to run.');
};

/** Null for our own training. */
export const commandSpecOf = (
  grant: LeaseGranted,
  folder: RunFolder,
  settings: CommandSettings,
): CommandSpec | null => {
  if (grant.trainer !== 'command') return null;
  return {
    command: [...(grant.commandLine ?? [])],
    directory: settings.commandDir,
    server: settings.server,
    runId: grant.runId,
    epoch: grant.epoch,
    token: grant.token,
    configFile: join(folder.path, 'config.json'),
    checkpointFolder: folder.resume,
    resumeStep: grant.resumeFrom?.step ?? null,
    inherits: grant.inherits,
    untilStep: grant.untilStep ?? null,
    graceMs: settings.stopGraceMs,
  };
};
