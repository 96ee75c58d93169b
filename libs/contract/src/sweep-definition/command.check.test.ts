import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSweepDefinition } from './sweep-definition.parse.ts';

const base = { method: 'grid', parameters: { anything: { values: [1, 2] }, 'opt.lr': { value: 0.1 } } };

const accept = (source: object) => {
  const result = parseSweepDefinition({ ...base, ...source });
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.problems, null, 1)}`);
  return result;
};

/** Problems as `path: message (expected)`. */
const refuse = (source: object): string[] => {
  const result = parseSweepDefinition({ ...base, ...source });
  if (result.ok) throw new Error('accepted');
  return result.problems.map((p) => `${p.path}: ${p.message} (${p.expected})`);
};

describe('trainer: command', () => {
  test('takes any parameter names, and says that only an agent that allows it will run it', () => {
    const { definition, warnings } = accept({
      trainer: 'command',
      command: ['node', 'train.js', '${args}', 7],
    });
    expect(definition).toMatchObject({
      trainer: 'command',
      command: ['node', 'train.js', '${args}', '7'],
      requires: { backend: null, memoryMb: null, device: null, dataset: null, command: true },
    });
    expect(warnings).toEqual([]);
  });

  test("runs a program alone with W&B's own command", () => {
    const { definition } = accept({ trainer: 'command', program: 'train.py' });
    expect(definition.command).toEqual(['${env}', '${interpreter}', 'train.py', '${args}']);
  });

  test.each(['sweep-node.yaml', 'sweep-python.yaml'])('takes the example %s without a warning', (file) => {
    const url = new URL(`../../../../examples/command-trainer/${file}`, import.meta.url);
    expect(parseSweepDefinition(readFileSync(url, 'utf8'))).toMatchObject({ ok: true, warnings: [] });
  });

  test('an environment variable may stand inside an entry', () => {
    accept({ trainer: 'command', command: ['${envvar:HOME}/bin/train', '--out=${envvar:TMPDIR}/x'] });
  });

  test("W&B's file needs no trainer: a program or a command is run", () => {
    const { definition, warnings } = accept({ program: 'train.py' });
    expect(definition).toMatchObject({ trainer: 'command', requires: { command: true } });
    expect(warnings).toEqual([]);
    expect(accept({ command: ['./train'] }).definition.trainer).toBe('command');
  });

  test('under the built-in trainer a program has no effect, and a warning says what would run it', () => {
    const parameters = { batch_size: { values: [8, 16] } };
    const written = { parameters, trainer: 'gan-cls', program: 'train.py', command: ['${program}'] };
    const { definition, warnings } = accept(written);
    expect(definition).toMatchObject({ trainer: 'gan-cls', command: null, requires: null });
    expect(warnings.map(({ message }) => message)).toEqual([
      'program has no effect with trainer gan-cls; trainer: command would run it',
      'command has no effect with trainer gan-cls; trainer: command would run it',
    ]);
  });

  test('without a program there is nothing to run', () => {
    expect(refuse({ trainer: 'command' })).toEqual([
      'command: is missing: trainer command runs a program (command: [program, argument, ...], or program)',
    ]);
    expect(refuse({ trainer: 'command', command: ['python', '${program}'] })).toEqual([
      'program: is missing: command names ${program} (the path of the program)',
    ]);
    expect(refuse({ trainer: 'command', program: '${args}' })).toEqual([
      'program: cannot be "${args}" (the path of the program)',
    ]);
    expect(refuse({ trainer: 'command', command: [] })).toEqual([
      'command: cannot be [] (a list of at least 1 entries)',
    ]);
    expect(refuse({ trainer: 'command', command: 'python train.py' })).toEqual([
      'command: cannot be "python train.py" (a list)',
    ]);
    expect(refuse({ trainer: 'command', command: [['nested']] })[0]).toMatch(/^command\[0\]: .*a text/);
  });

  test('a macro that is none, or is no entry of its own, is told with the likely one', () => {
    expect(refuse({ trainer: 'command', command: ['node', '${arg}', '--all=${args}', 'a\0b'] })).toEqual([
      expect.stringMatching(/^command\[1\]: \$\{arg\} is no macro \(did you mean \$\{args\}\?/),
      'command[2]: ${args} cannot be a part of an entry (${args} as an entry of its own)',
      'command[3]: has a character that no argument can have (NUL) (a text without it)',
    ]);
    expect(refuse({ trainer: 'command', command: ['${args}'] })).toEqual([
      'command[0]: cannot be run (a program, or ${env}, ${interpreter}, ${program})',
    ]);
  });

  test('a data set is a parameter there, not a key', () => {
    expect(refuse({ trainer: 'command', program: 'x', dataset: 'emoji' })).toEqual([
      'dataset: has no meaning for trainer command (a parameter with this value, or requires: {dataset})',
    ]);
    expect(refuse({ program: 'x', dataset: 'emoji' })[0]).toContain('or trainer: gan-cls without program');
  });
});

describe('any value under program, command and requires', () => {
  test('is compiled or refused with its path, never an exception', () => {
    const near = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.oneof(fc.string(), fc.constantFrom('${args}', '${arg}', '${env}', 'x${program}', '\0'))),
      fc.dictionary(fc.constantFrom('backend', 'memory_mb', 'device', 'dataset'), fc.jsonValue()),
    );
    const trainer = fc.constantFrom('command', 'gan-cls');
    fc.assert(
      fc.property(trainer, near, near, near, (name, program, command, requires) => {
        const source = { ...base, trainer: name, program, command, requires };
        const result = parseSweepDefinition(source, { accept: 'grammar' });
        if (result.ok) expect(result.definition.command === null).toBe(name === 'gan-cls');
        else for (const { path } of result.problems) expect(path).toMatch(/^(program|command|requires)/);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('requires', () => {
  const parameters = { batch_size: { values: [8, 16] } };

  test('compiles to what placement asks', () => {
    const requires = { backend: 'webgpu', memory_mb: 8000, device: 'A100', dataset: 'cub' };
    expect(accept({ parameters, requires }).definition.requires).toEqual({
      backend: ['webgpu'],
      memoryMb: 8000,
      device: 'A100',
      dataset: 'cub',
      command: false,
    });
    expect(
      accept({ parameters, requires: { backend: ['a', 'b', 'a'] } }).definition.requires?.backend,
    ).toEqual(['a', 'b']);
    expect(accept({ parameters, requires: {} }).definition.requires).toBeNull();
  });

  test('names the key, the value and what is expected', () => {
    const requires = { memory_md: 1, memory_mb: '8000', backend: [], device: '', dataset: 3 };
    expect(refuse({ parameters, requires })).toEqual([
      expect.stringMatching(/^requires.backend: cannot be \[\] \(/),
      'requires.memory_mb: cannot be "8000" (a number; remove the quotes)',
      expect.stringMatching(/^requires.device: cannot be "" \(a text of at least 1/),
      'requires.dataset: cannot be 3 (a text)',
      expect.stringMatching(/^requires.memory_md: unknown key memory_md \(did you mean memory_mb\?/),
    ]);
    expect(refuse({ parameters, requires: 'webgpu' })[0]).toMatch(
      /^requires: cannot be "webgpu" \(a mapping/,
    );
  });
});
