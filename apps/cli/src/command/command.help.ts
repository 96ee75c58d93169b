/** The help at each level: all commands, one noun's commands, one command. Plain text, 100 columns. */
import type { Command, Flag, Flags, PassThrough } from './command.type.ts';
import { globalFlags } from './global.flags.ts';

const intro = 'plumage: sweeps, runs, pictures, agents and keys of a Plumage server';

const rows = (pairs: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(0, ...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
};

const usageOf = (command: Command | PassThrough): string => {
  const words = ['plumage', ...command.path];
  if (command.argument !== undefined) words.push(command.argument.name);
  if (command.kind === 'pass-through') return [...words, '[options]'].join(' ');
  const required = Object.entries(command.flags).filter(([, flag]) => flag.required);
  return [...words, ...required.map(([name, flag]) => `--${name} ${flag.value}`), '[options]'].join(' ');
};

const severalOf = ({ multiple }: Flag): string => {
  if (multiple === undefined) return '';
  return multiple === 'whole' ? ' (several: again for each)' : ' (several: with commas)';
};

const flagRows = (flags: Flags): string[] =>
  rows(
    Object.entries(flags).map(([name, flag]) => [
      flag.type === 'boolean' ? `--${name}` : `--${name} ${flag.value}`,
      `${flag.help}${flag.choices ? `: ${flag.choices.join(', ')}` : ''}${severalOf(flag)}`,
    ]),
  );

const commandHelp = (command: Command | PassThrough): string[] => [
  usageOf(command),
  '',
  `${command.summary}.`,
  ...(command.argument ? ['', ...rows([[command.argument.name, command.argument.help]])] : []),
  ...(command.kind === 'command' && Object.keys(command.flags).length > 0
    ? ['', 'Options', ...flagRows(command.flags)]
    : []),
  ...(command.kind === 'command' ? ['', 'Options of every command', ...flagRows(globalFlags)] : []),
  '',
  'Examples',
  ...command.examples.map((line) => `  ${line}`),
];

const listHelp = (listed: readonly (Command | PassThrough)[], title: string): string[] => [
  title,
  '',
  ...rows(
    listed.map((command) => [[...command.path, command.argument?.name ?? ''].join(' '), command.summary]),
  ),
];

/** @param path words of a command, of a noun, or none */
export const helpText = (path: readonly string[], commands: readonly (Command | PassThrough)[]): string => {
  const exact = commands.find((command) => command.path.join(' ') === path.join(' '));
  if (exact) return commandHelp(exact).join('\n');
  const listed = commands.filter((command) => path.every((word, i) => command.path[i] === word));
  const lines =
    path.length > 0
      ? [
          ...listHelp(listed, `plumage ${path.join(' ')} COMMAND`),
          '',
          'Examples',
          ...listed.flatMap(({ examples }) => examples.slice(0, 1)).map((line) => `  ${line}`),
        ]
      : [
          ...listHelp(listed, intro),
          '',
          'Options of every command',
          ...flagRows(globalFlags),
          '',
          'Examples',
          '  plumage sign-in --server http://gpu-box:4600 --key -',
          '  plumage sweep create sweep.yaml',
          '  plumage runs list --sweep quickstart --order objective --json',
        ];
  return [...lines, '', `\`plumage ${[...path, 'COMMAND'].join(' ')} --help\` says more about one.`].join(
    '\n',
  );
};
