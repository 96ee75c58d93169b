/**
 * The arguments that a program is started with: W&B's macros filled in as W&B fills them (True and False are Python's
 * words). Each value stays one argument whatever stands in it, since no shell ever reads it.
 */
import {
  type Assignment,
  type CommandMacro,
  envvarPattern,
  isCommandMacro,
  macroOf,
} from '@plumage/contract';

export interface CommandContext {
  readonly assignment: Assignment;
  /** Where the assignment stands as JSON. */
  readonly configFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** What ${interpreter} is. */
  readonly interpreter: string;
}

/** The command cannot be started as it is written; trying again would not help. */
export class CommandUnusable extends Error {
  readonly code = 'COMMAND_UNUSABLE';
}

const textOf = (value: Assignment[string]): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
};

const expandMacro = (macro: CommandMacro, context: CommandContext): readonly string[] => {
  // By name: the order in which they were written is not kept on the way here.
  const entries = Object.entries(context.assignment).sort(([a], [b]) => (a < b ? -1 : 1));
  switch (macro) {
    case 'env':
      return ['/usr/bin/env'];
    case 'interpreter':
      return [context.interpreter];
    case 'args':
      return entries.map(([name, value]) => `--${name}=${textOf(value)}`);
    case 'args_no_equals':
      return entries.flatMap(([name, value]) => [`--${name}`, textOf(value)]);
    case 'args_no_hyphens':
      return entries.map(([name, value]) => `${name}=${textOf(value)}`);
    case 'args_no_boolean_flags':
      return entries.flatMap(([name, value]) => {
        if (typeof value === 'boolean') return value ? [`--${name}`] : [];
        return [`--${name}=${textOf(value)}`];
      });
    case 'args_json':
      return [JSON.stringify(context.assignment)];
    case 'args_json_file':
      return [context.configFile];
  }
};

const withVariables = (entry: string, env: NodeJS.ProcessEnv): string =>
  entry.replaceAll(envvarPattern, (_macro, name: string) => {
    const value = env[name];
    if (value !== undefined) return value;
    throw new CommandUnusable(`The command names \${envvar:${name}}, which is not set where the agent runs.`);
  });

/** @throws CommandUnusable when it names a variable that is not set, or nothing is left of it */
export const expandCommand = (command: readonly string[], context: CommandContext): [string, ...string[]] => {
  const [program, ...rest] = command.flatMap((entry) => {
    const macro = macroOf(entry);
    if (macro !== null && isCommandMacro(macro)) return expandMacro(macro, context);
    return [withVariables(entry, context.env)];
  });
  if (program === undefined || program === '') throw new CommandUnusable('The command names no program.');
  return [program, ...rest];
};
