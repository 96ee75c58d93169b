/**
 * From the words of a command line to a command and its values. node:util's parseArgs splits the words; the
 * judgement is here, because its messages name neither the likely option nor the command that was meant.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { closestName } from '@plumage/contract';
import { UsageError } from './command.error.ts';
import type { Command, Flag, Flags, PassThrough, Values } from './command.type.ts';
import { globalFlags } from './global.flags.ts';

export type Called =
  | { readonly kind: 'help'; readonly path: readonly string[] }
  | { readonly kind: 'version' }
  | { readonly kind: 'pass-through'; readonly command: PassThrough; readonly args: readonly string[] }
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly values: Values<Flags>;
      readonly argument: string;
      readonly globals: Values<typeof globalFlags>;
    };

const tokensOf = (args: readonly string[], flags: Flags) => {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const [name, { type }] of Object.entries(flags)) if (name !== 'help') options[name] = { type };
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens;
};

const suggestion = (written: string, known: readonly string[], show: (name: string) => string): string => {
  const best = closestName(written, known);
  return best === null ? '' : ` Did you mean ${show(best)}?`;
};

const checkValue = (name: string, flag: Flag, text: string, command: string): string => {
  if (flag.choices !== undefined) {
    const value = text.toLowerCase();
    if (flag.choices.includes(value)) return value;
    const near = suggestion(value, flag.choices, (best) => best);
    const known = `expected ${flag.choices.length > 1 ? 'one of ' : ''}${flag.choices.join(', ')}`;
    throw new UsageError('OPTION_VALUE', command, `--${name} is "${text}"; ${known}.${near}`);
  }
  if (flag.range !== undefined) {
    const [from, to] = flag.range;
    if (!/^\d+$/.test(text) || Number(text) < from || Number(text) > to) {
      const expected = `expected a whole number from ${from} to ${to}`;
      throw new UsageError('OPTION_VALUE', command, `--${name} is "${text}"; ${expected}.`);
    }
  }
  return text;
};

type Token = ReturnType<typeof tokensOf>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

const readOption = (token: OptionToken, flags: Flags, command: string): string | boolean => {
  const flag = flags[token.name];
  if (flag === undefined) {
    const near = suggestion(token.name, Object.keys(flags), (best) => `--${best}`);
    throw new UsageError('UNKNOWN_OPTION', command, `There is no option ${token.rawName}.${near}`);
  }
  if (flag.type === 'boolean') {
    if (token.value === undefined) return true;
    throw new UsageError('OPTION_VALUE', command, `--${token.name} takes no value, got "${token.value}".`);
  }
  const { value } = token;
  const looksLikeOption = !token.inlineValue && value !== undefined && /^-./.test(value);
  if (value === undefined || looksLikeOption) {
    const hint = looksLikeOption ? `; a value that begins with "-" is written --${token.name}=${value}` : '';
    throw new UsageError('OPTION_VALUE', command, `--${token.name} needs a value (${flag.value})${hint}.`);
  }
  return value;
};

/** @throws UsageError for unknown, repeated, missing and malformed options, and for a wrong number of arguments */
const readCommand = (command: Command, args: readonly string[]): Called => {
  const name = command.path.join(' ');
  const flags: Flags = { ...globalFlags, ...command.flags };
  const values: Record<string, string | boolean | readonly string[]> = {};
  const words: string[] = [];
  for (const token of tokensOf(args, flags)) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const value = readOption(token, flags, name);
    const flag = flags[token.name];
    if (flag?.multiple && typeof value === 'string') {
      const given = flag.multiple === 'whole' ? [value] : value.split(',');
      const parts = given.map((part) => checkValue(token.name, flag, part.trim(), name));
      const before = values[token.name];
      values[token.name] = [...(Array.isArray(before) ? before : []), ...parts];
    } else if (token.name in values) {
      throw new UsageError('OPTION_VALUE', name, `--${token.name} is given twice.`);
    } else {
      values[token.name] =
        flag && typeof value === 'string' ? checkValue(token.name, flag, value, name) : value;
    }
  }
  if (values['help'] === true) return { kind: 'help', path: command.path };
  checkArguments(command, words);
  for (const [key, flag] of Object.entries(command.flags)) {
    if (flag.required && values[key] === undefined) {
      throw new UsageError('MISSING_OPTION', name, `--${key} ${flag.value} is missing: ${flag.help}.`);
    }
  }
  return {
    kind: 'command',
    command,
    values: values as Values<Flags>,
    argument: words[0] ?? '',
    globals: values as Values<typeof globalFlags>,
  };
};

const checkArguments = (command: Command, words: readonly string[]): void => {
  const name = command.path.join(' ');
  const { argument } = command;
  const extra = words[argument === undefined ? 0 : 1];
  if (argument !== undefined && (words[0] === undefined || words[0] === '')) {
    throw new UsageError('ARGUMENTS', name, `${argument.name} is missing: ${argument.help}.`);
  }
  if (extra !== undefined) {
    const takes = argument === undefined ? 'no argument' : `one ${argument.name}`;
    throw new UsageError('ARGUMENTS', name, `"${extra}" is too much: \`plumage ${name}\` takes ${takes}.`);
  }
};

/** The words of a command stand before its own options; global options may stand before them. */
const findCommand = (args: readonly string[], commands: readonly (Command | PassThrough)[]) => {
  const words = tokensOf(args, globalFlags).filter((token) => token.kind === 'positional');
  const typed = words.map((token) => token.value);
  const command = commands.find(({ path }) => path.every((word, i) => word === typed[i]));
  const used = new Set(words.slice(0, command?.path.length ?? 0).map((token) => token.index));
  return { command, typed, rest: args.filter((_, index) => !used.has(index)) };
};

const notFound = (typed: readonly string[], commands: readonly (Command | PassThrough)[]): UsageError => {
  const [noun = '', verb] = typed;
  const verbs = commands.filter(({ path }) => path[0] === noun).map(({ path }) => path[1] ?? '');
  if (verbs.length === 0) {
    const nouns = [...new Set(commands.map(({ path }) => path[0] ?? ''))];
    const near = suggestion(noun, nouns, (best) => `\`plumage ${best}\``);
    return new UsageError('UNKNOWN_COMMAND', '', `There is no command "${noun}".${near}`);
  }
  if (verb === undefined) {
    return new UsageError(
      'INCOMPLETE_COMMAND',
      noun,
      `\`plumage ${noun}\` needs one of: ${verbs.join(', ')}.`,
    );
  }
  const near = suggestion(verb, verbs, (best) => `\`plumage ${noun} ${best}\``);
  return new UsageError('UNKNOWN_COMMAND', noun, `There is no command "${noun} ${verb}".${near}`);
};

/**
 * @param args the words after the program's name
 * @throws UsageError
 */
export const parseCommandLine = (
  args: readonly string[],
  commands: readonly (Command | PassThrough)[],
): Called => {
  const { command, typed, rest } = findCommand(args, commands);
  if (command?.kind === 'pass-through') return { kind: 'pass-through', command, args: rest };
  if (command !== undefined) return readCommand(command, rest);
  const asksHelp = args.includes('--help') || args.includes('-h');
  if (typed.length === 0 && args.includes('--version')) return { kind: 'version' };
  const known =
    typed.length === 0 || (typed.length === 1 && commands.some(({ path }) => path[0] === typed[0]));
  if (known && (asksHelp || typed.length === 0)) {
    for (const token of tokensOf(args, globalFlags))
      if (token.kind === 'option') readOption(token, globalFlags, '');
    return { kind: 'help', path: typed };
  }
  throw notFound(typed, commands);
};
