import { describe, expect, it } from 'vitest';
import { commands } from '../commands.ts';
import { UsageError } from './command.error.ts';
import { parseCommandLine } from './command.parser.ts';
import { globalFlags } from './global.flags.ts';

/** Words as a shell parts them: what stands in double quotes is one. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

const parse = (line: string) => parseCommandLine(wordsOf(line), commands);

const parsed = (line: string) => {
  const called = parse(line);
  if (called.kind !== 'command') throw new Error(`${line} is ${called.kind}`);
  return called;
};

const refusal = (line: string): UsageError => {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${line} was taken`);
};

describe('a command line', () => {
  it('gives the command, its argument, its own and the global options, wherever they stand', () => {
    for (const line of [
      'runs metrics r1 --metric g/loss --json --server http://a:1',
      '--json --server http://a:1 runs metrics --metric=g/loss r1',
    ]) {
      const { command, values, argument, globals } = parsed(line);
      expect(command.path).toEqual(['runs', 'metrics']);
      expect(argument).toBe('r1');
      expect(values).toMatchObject({ metric: ['g/loss'] });
      expect(globals).toMatchObject({ json: true, server: 'http://a:1' });
    }
  });

  it('collects an option that may be given several times, with commas or again', () => {
    const { values } = parsed('runs list --state RUNNING,queued --state failed');
    expect(values['state']).toEqual(['running', 'queued', 'failed']);
  });

  it('leaves a comma in a text that it belongs to', () => {
    const { values } = parsed(
      'renders create --run r --caption "red, with wings" --caption blue --seeds 1,2',
    );
    expect(values).toMatchObject({ caption: ['red, with wings', 'blue'], seeds: ['1', '2'] });
  });

  it('takes a value that begins with a dash after an equals sign, and stdin as "-"', () => {
    expect(parsed('runs cancel r1 --reason=-x').values['reason']).toBe('-x');
    expect(parsed('sweep create -').argument).toBe('-');
    expect(parsed('sign-in --key -').globals.key).toBe('-');
  });

  it('hands everything after `up` and `agent` on as it is', () => {
    expect(parse('up --port 4700 --help')).toMatchObject({ args: ['--port', '4700', '--help'] });
    expect(parse('agent --server http://a:1 --key plu_agent_x --once')).toMatchObject({
      args: ['--server', 'http://a:1', '--key', 'plu_agent_x', '--once'],
    });
  });

  it('asks for help at each level', () => {
    expect(parse('')).toEqual({ kind: 'help', path: [] });
    expect(parse('--help')).toEqual({ kind: 'help', path: [] });
    expect(parse('sweep --help')).toEqual({ kind: 'help', path: ['sweep'] });
    expect(parse('sweep create -h')).toEqual({ kind: 'help', path: ['sweep', 'create'] });
    expect(parse('--version')).toEqual({ kind: 'version' });
  });
});

describe('a command line that is wrong', () => {
  it.each([
    ['swep list', 'UNKNOWN_COMMAND', 'Did you mean `plumage sweep`?'],
    ['swep --help', 'UNKNOWN_COMMAND', 'Did you mean `plumage sweep`?'],
    ['sweep craete x', 'UNKNOWN_COMMAND', 'Did you mean `plumage sweep create`?'],
    ['sweep', 'INCOMPLETE_COMMAND', 'create, validate, plan, schema, list'],
    ['sweep list --jsn', 'UNKNOWN_OPTION', 'Did you mean --json?'],
    ['--jsn', 'UNKNOWN_OPTION', 'Did you mean --json?'],
    ['runs list --state runing', 'OPTION_VALUE', 'Did you mean running?'],
    ['sweep list --limit -5', 'OPTION_VALUE', '--limit=-5'],
    ['sweep list --limit 1e3', 'OPTION_VALUE', 'a whole number from 0 to 100000'],
    ['sweep list --limit', 'OPTION_VALUE', 'needs a value (N)'],
    ['sweep list --json=yes', 'OPTION_VALUE', 'takes no value'],
    ['sweep list --limit 1 --limit 2', 'OPTION_VALUE', 'given twice'],
    ['sweep show', 'ARGUMENTS', 'ID|NAME is missing'],
    ['sweep show a b', 'ARGUMENTS', '"b" is too much'],
    ['keys create --kind agent', 'MISSING_OPTION', '--name NAME is missing'],
  ])('%s: %s', (line, code, part) => {
    const error = refusal(line);
    expect(error.code).toBe(code);
    expect(error.message).toContain(part);
  });
});

describe('the commands', () => {
  it('never give a global option a second meaning', () => {
    for (const command of commands) {
      if (command.kind !== 'command') continue;
      expect(Object.keys(command.flags).filter((name) => name in globalFlags)).toEqual([]);
    }
  });

  it('have names of their own, and examples that name them', () => {
    const names = commands.map(({ path }) => path.join(' '));
    expect(new Set(names).size).toBe(names.length);
    for (const { path, examples } of commands) {
      expect(examples.some((line) => line.includes(`plumage ${path.join(' ')}`))).toBe(true);
    }
  });

  it('have examples that parse', () => {
    const lines = commands
      .flatMap(({ examples }) => examples)
      .map((line) => /plumage ([^|<>#)]*)/.exec(line)?.[1]?.trim())
      .filter((line) => line !== undefined);
    for (const line of lines) expect(() => parse(line)).not.toThrow();
  });
});
