import { describe, expect, test } from 'vitest';
import { UsageError } from '../command/command.error.ts';
import { patchOf, readSettings } from './setting.words.ts';

const read = (...words: string[]) => readSettings(words, 'sweep edit');

describe('--set KEY=VALUE', () => {
  test('values are YAML: numbers, truths, texts, lists, mappings, nothing', () => {
    const words = ['a=50', 'b=1e-4', 'c=true', 'd=sgd', 'e="50"', 'f=[16, 32]', 'g={min: 1}', 'h=', 'i=a=b'];
    expect(read(...words)).toEqual([
      ['a', 50],
      ['b', 0.0001],
      ['c', true],
      ['d', 'sgd'],
      ['e', '50'],
      ['f', [16, 32]],
      ['g', { min: 1 }],
      ['h', null],
      ['i', 'a=b'],
    ]);
  });

  test('dots lead deeper, and what is set beside one another stays', () => {
    const settings = read(
      'parameters.lr.max=0.1',
      'parameters.lr.min=0.01',
      'run_cap=5',
      'parameters.w={value: 3}',
    );
    expect(patchOf(settings)).toEqual({
      parameters: { lr: { max: 0.1, min: 0.01 }, w: { value: 3 } },
      run_cap: 5,
    });
    expect(patchOf(read('a=1', 'a.b=2'))).toEqual({ a: { b: 2 } });
  });

  test.each(['run_cap', '=5', 'run_cap=[', 'run_cap="'])('%s is a mistake in the call', (word) => {
    expect(() => read(word)).toThrow(UsageError);
  });

  test('a name that the language itself uses is a key like any other', () => {
    const patch = patchOf(read('__proto__.polluted=1', 'constructor.prototype=2'));
    expect(JSON.stringify(patch)).toBe('{"__proto__":{"polluted":1},"constructor":{"prototype":2}}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
