/**
 * `trainer: command`: any program as a training run. The command is a list of arguments that never meets a shell;
 * entries that are one of W&B's macros stand for others, which the agent fills in. What a macro cannot mean is told
 * here, before the first run.
 */
import type { Trainer } from '../hyperparameters/trainers.ts';
import { closestName } from './did-you-mean.ts';
import { type Report, shown } from './problem.ts';

/** Entries that the agent replaces, as W&B names them; each is an entry of its own. */
export const commandMacros = [
  'env',
  'interpreter',
  'args',
  'args_no_equals',
  'args_no_hyphens',
  'args_no_boolean_flags',
  'args_json',
  'args_json_file',
] as const;
export type CommandMacro = (typeof commandMacros)[number];

/** Replaced here, by the value of `program`. */
const PROGRAM = '${program}';

/** What W&B runs when only `program` is given. */
const defaultCommand: readonly string[] = ['${env}', '${interpreter}', PROGRAM, '${args}'];

/** `${envvar:NAME}`, which may stand anywhere in an entry. */
export const envvarPattern = /\$\{envvar:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The name in an entry that is `${name}` and nothing else. */
export const macroOf = (entry: string): string | null => /^\$\{(\w+)\}$/.exec(entry)?.[1] ?? null;

export const isCommandMacro = (name: string): name is CommandMacro =>
  commandMacros.some((macro) => macro === name);

const listed = [PROGRAM, ...commandMacros.map((macro) => `\${${macro}}`)];

const checkEntry = (entry: string, index: number, report: Report): void => {
  const at = ['command', index];
  const name = macroOf(entry);
  if (entry.includes('\0')) {
    report.problem(at, 'has a character that no argument can have (NUL)', 'a text without it');
  } else if (name !== null && !listed.includes(entry)) {
    const best = closestName(name, ['program', ...commandMacros]);
    const meant = best === null ? 'one of' : `did you mean \${${best}}? Known:`;
    report.problem(at, `${entry} is no macro`, `${meant} ${listed.join(', ')}`, entry);
  } else if (name === null) {
    const inside = listed.find((macro) => entry.includes(macro));
    if (inside === undefined) return;
    report.problem(at, `${inside} cannot be a part of an entry`, `${inside} as an entry of its own`, entry);
  }
};

/** Reports a data set that nothing would read. @param isWritten whether the user names the trainer */
export const checkDataset = (
  trainer: Trainer,
  isWritten: boolean,
  dataset: string | null,
  report: Report,
): void => {
  if (trainer !== 'command' || dataset === null) return;
  const expected = 'a parameter with this value, or requires: {dataset}';
  const builtIn = isWritten ? '' : ', or trainer: gan-cls without program and command';
  report.problem(['dataset'], 'has no meaning for trainer command', expected + builtIn);
};

const checkProgram = (program: string | null, command: readonly string[], report: Report): void => {
  if (program === null) {
    if (!command.includes(PROGRAM)) return;
    report.problem(['program'], `is missing: command names ${PROGRAM}`, 'the path of the program');
  } else if (program.includes('\0') || listed.some((macro) => program.includes(macro))) {
    report.problem(['program'], `cannot be ${shown(program)}`, 'the path of the program', program);
  }
};

/**
 * The command with its default filled in and the program in its place; null for other trainers. Reports what is
 * missing, or what has no effect.
 */
export const compileCommand = (
  trainer: Trainer,
  written: { readonly program: string | null; readonly command: readonly string[] | null },
  report: Report,
): readonly string[] | null => {
  const { program } = written;
  if (trainer !== 'command') {
    for (const [key, value] of Object.entries(written)) {
      if (value === null) continue;
      const message = `${key} has no effect with trainer ${trainer}; trainer: command would run it`;
      report.warn([key], message, 'trainer: command, or nothing', value);
    }
    return null;
  }
  if (written.command === null && program === null) {
    const message = 'is missing: trainer command runs a program';
    report.problem(['command'], message, 'command: [program, argument, ...], or program');
    return null;
  }
  const command = written.command ?? defaultCommand;
  command.forEach((entry, index) => checkEntry(entry, index, report));
  checkProgram(program, command, report);
  const [first] = command;
  if (first === '' || macroOf(first ?? '')?.startsWith('args')) {
    report.problem(
      ['command', 0],
      'cannot be run',
      `a program, or \${env}, \${interpreter}, ${PROGRAM}`,
      first,
    );
  }
  return command.map((entry) => (entry === PROGRAM ? (program ?? '') : entry));
};
