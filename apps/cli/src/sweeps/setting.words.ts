/** `KEY=VALUE` words of a command line: values are read as YAML reads them, so 50, true, sgd and {min: 1} are meant. */
import { parse } from 'yaml';
import { UsageError } from '../command/command.error.ts';

export type Setting = readonly [key: string, value: unknown];

/** @throws UsageError when a word is no `KEY=VALUE`, or its value no YAML */
export const readSettings = (words: readonly string[], command: string): Setting[] =>
  words.map((word) => {
    const at = word.indexOf('=');
    const wrong = (expected: string) =>
      new UsageError('OPTION_VALUE', command, `--set is "${word}"; expected ${expected}.`);
    if (at < 1) throw wrong('KEY=VALUE');
    try {
      const value: unknown = parse(word.slice(at + 1));
      return [word.slice(0, at), value];
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      throw wrong(`a value in YAML after the "=" (${reason})`);
    }
  });

type Mapping = Record<string, unknown>;
const isMapping = (value: unknown): value is Mapping =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A merge patch: `parameters.lr.max=0.1` sets one key deep inside and leaves its neighbours. */
export const patchOf = (settings: readonly Setting[]): Mapping => {
  const patch: Mapping = {};
  for (const [key, value] of settings) {
    const path = key.split('.');
    const last = path.pop() ?? key;
    let at = patch;
    for (const part of path) {
      const below = Object.hasOwn(at, part) ? at[part] : undefined;
      const next = isMapping(below) ? below : {};
      Object.defineProperty(at, part, { value: next, enumerable: true, configurable: true, writable: true });
      at = next;
    }
    Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
  }
  return patch;
};
