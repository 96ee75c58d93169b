/**
 * `trainer: command`: any program as a training run. The command is a list of arguments that never meets a shell;
 * entries that are one of W&B's macros stand for others, which the agent fills in. What a macro cannot mean is told
 * here, before the first run.
 */
import { closestName } from './did-you-mean.ts';
import type { Report } from './problem.ts';
import type { Trainer } from './sweep-definition.type.ts';

/** Entries that stand for others, as W&B names them; each is an entry of its own. */
export const commandMacros = [
  'env',
  'interpreter',
  'program',
  'args',
  'args_no_equals',
  'args_no_hyphens',
  'args_no_boolean_flags',
  'args_json',
  'args_json_file',
] as const;
export type CommandMacro = (typeof commandMacros)[number];

/** What W&B runs when only `program` is given. */
export const defaultCommand: readonly string[] = ['${env}', '${interpreter}', '${program}', '${args}'];

/** `${envvar:NAME}`, which may stand anywhere in an entry. */
export const envvarPattern = /\$\{envvar:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The name in an entry that is `${name}` and nothing else. */
export const macroOf = (entry: string): string | null => /^\$\{(\w+)\}$/.exec(entry)?.[1] ?? null;

export const isCommandMacro = (name: string): name is CommandMacro =>
  commandMacros.some((macro) => macro === name);

const checkEntry = (entry: string, index: number, report: Report): void => {
  const at = ['command', index];
  const name = macroOf(entry);
  if (entry.includes('\0')) {
    report.problem(at, 'has a character that no argument can have (NUL)', 'a text without it');
  } else if (name !== null && !isCommandMacro(name)) {
    const best = closestName(name, commandMacros);
    const list = commandMacros.map((macro) => `\${${macro}}`).join(', ');
    const expected = best === null ? `one of ${list}` : `did you mean \${${best}}? Known: ${list}`;
    report.problem(at, `\${${name}} is no macro`, expected, entry);
  } else if (name === null) {
    const inside = commandMacros.find((macro) => entry.includes(`\${${macro}}`));
    if (inside === undefined) return;
    const message = `\${${inside}} cannot be a part of an entry`;
    report.problem(at, message, `\${${inside}} as an entry of its own`, entry);
  }
};

export interface Command {
  readonly program: string | null;
  /** Null for other trainers. */
  readonly command: readonly string[] | null;
}

/** The command with its default filled in; reports what is missing, or what has no effect. */
export const compileCommand = (
  trainer: Trainer,
  written: { readonly program: string | null; readonly command: readonly string[] | null },
  report: Report,
): Command => {
  const { program, command } = written;
  if (trainer !== 'command') {
    for (const [key, value] of Object.entries(written)) {
      if (value === null) continue;
      const message = `${key} has no effect with trainer ${trainer}; trainer: command would run it`;
      report.warn([key], message, 'trainer: command, or nothing', value);
    }
    return { program: null, command: null };
  }
  if (command === null) {
    if (program === null) {
      const message = 'is missing: trainer command runs a program';
      report.problem(['command'], message, 'command: [program, argument, ...], or program');
    }
    return { program, command: defaultCommand };
  }
  command.forEach((entry, index) => checkEntry(entry, index, report));
  if (program === null && command.includes('${program}')) {
    report.problem(['program'], 'is missing: command names ${program}', 'the path of the program');
  }
  const first = macroOf(command[0] ?? '');
  if (command[0] === '' || first?.startsWith('args')) {
    report.problem(
      ['command', 0],
      'cannot be run',
      'a program, or ${env}, ${interpreter}, ${program}',
      command[0],
    );
  }
  return { program, command };
};
