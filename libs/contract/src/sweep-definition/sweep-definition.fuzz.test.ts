/**
 * The parser against what nobody would write on purpose: it answers, always, and every problem says where, what and
 * what instead. fast-check prints the seed and the path of a failure; both given to fc.assert replay it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseSweepDefinition } from './sweep-definition.parse.ts';
import { definitionSource } from './testing/definition.arbitrary.ts';

const folder = new URL('./fixtures/wandb/', import.meta.url);
const fixtures = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));

/** The promise about any input whatsoever. */
const isAnswered = (source: unknown): void => {
  for (const accept of ['runnable', 'grammar'] as const) {
    const result = parseSweepDefinition(source, { accept });
    const told = [...result.warnings, ...(result.ok ? [] : result.problems)];
    if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(210);
    for (const { path, message, expected, line } of told) {
      expect(typeof path).toBe('string');
      expect(message).not.toBe('');
      expect(expected).not.toMatch(/^$|^Invalid|undefined|\[object/);
      expect(message).not.toMatch(/undefined|\[object/);
      expect(message.length + path.length).toBeLessThan(100_000);
      if (line !== null) expect(line).toBeGreaterThan(0);
    }
  }
};

const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue() },
  fc.constantFrom<unknown[]>(
    null,
    '',
    [],
    {},
    [[]],
    -1,
    1e308,
    -1e308,
    5e-324,
    2 ** 53,
    9007199254740993n.toString(),
    NaN,
    Infinity,
    '1e400',
    '2024-01-01',
    'null',
    '\u0000',
    '\ud800',
    '🦜'.repeat(40),
    'x'.repeat(5_000),
    { toString: 1 },
    JSON.parse('{"__proto__": {"polluted": true}}'),
    { constructor: { prototype: 1 } },
    Array(300).fill({}),
  ),
);

/** Every place in a value, as the path to it. */
const places = (value: unknown, path: readonly string[] = []): string[][] =>
  value === null || typeof value !== 'object'
    ? [[...path]]
    : [[...path], ...Object.entries(value).flatMap(([key, child]) => places(child, [...path, key]))];

const replaced = (value: unknown, path: readonly string[], other: unknown): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return other;
  if (Array.isArray(value))
    return value.map((child, i) => (String(i) === key ? replaced(child, rest, other) : child));
  const entries = Object.entries(value ?? {});
  return Object.fromEntries(
    entries.map(([k, child]) => [k, k === key ? replaced(child, rest, other) : child]),
  );
};

const mutatedText = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...fixtures),
      definitionSource.map((source) => stringify(source)),
    ),
    fc.array(
      fc.tuple(fc.constantFrom('drop', 'double', 'swap', 'indent', 'insert', 'cut'), fc.nat(), fc.nat()),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        '&a',
        '*a',
        '<<: *a',
        '? ',
        '- ',
        '!!binary x',
        '!!js/function x',
        '%YAML 1.1',
        '...',
        '---',
        '.nan',
        '1e400',
        '2024-01-01',
        '{',
        ']',
        '|',
        '>',
        '\t',
        '"',
        "'",
        '# ',
        '__proto__: 1',
        '\u2028',
      ),
    ),
  )
  .map(([text, edits, inserted]) => {
    let lines = text.split('\n');
    for (const [kind, a, b] of edits) {
      const i = a % lines.length;
      const j = b % lines.length;
      const line = lines[i] ?? '';
      if (kind === 'drop') lines = lines.toSpliced(i, 1);
      else if (kind === 'double') lines = lines.toSpliced(j, 0, line);
      else if (kind === 'swap') lines = lines.with(i, lines[j] ?? '').with(j, line);
      else if (kind === 'indent') lines = lines.with(i, `${' '.repeat(b % 5)}${line.trimStart()}`);
      else if (kind === 'insert') {
        const at = b % (line.length + 1);
        lines = lines.with(i, line.slice(0, at) + inserted + line.slice(at));
      } else lines = lines.slice(0, Math.max(1, i));
      if (lines.length === 0) lines = [''];
    }
    return lines.join('\n');
  });

describe('parseSweepDefinition, whatever it is given', () => {
  test('a sound definition with one value replaced by anything', () => {
    const mutated = fc.tuple(definitionSource, fc.nat(), nasty).map(([source, at, other]) => {
      const all = places(source);
      return replaced(source, all[at % all.length] ?? [], other);
    });
    fc.assert(fc.property(mutated, isAnswered), { numRuns: 400 });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('a sound text with lines dropped, doubled, swapped, indented, cut or written into', () => {
    fc.assert(fc.property(mutatedText, isAnswered), { numRuns: 400 });
  });

  test('any value, and any text', () => {
    fc.assert(fc.property(fc.oneof(nasty, fc.anything(), fc.string({ unit: 'binary' })), isAnswered), {
      numRuns: 400,
    });
  });

  test.each([
    ['nesting', `{parameters: ${'{a: '.repeat(5_000)}1${'}'.repeat(5_000)}}`],
    ['groups in groups', `method: grid\nparameters: ${'{a: {parameters: '.repeat(40)}{}${'}}'.repeat(40)}`],
    ['an alias of itself', 'method: grid\nparameters: &p {a: *p}'],
    ['an alias that names nothing', 'method: *m\nparameters: {a: {value: 1}}'],
    ['a merge of a scalar', 'method: grid\nparameters: {a: {<<: 3, value: 1}}'],
    ['a merge of itself', 'method: grid\nparameters: {a: &a {<<: *a, value: 1}}'],
    [
      'keys that are no texts',
      'method: grid\nparameters: {[a]: {value: 1}, {b: c}: {value: 1}, 1: {value: 1}, ~: {value: 2}}',
    ],
    ['tags', 'method: !!set grid\nparameters: !!omap [a: {value: !!timestamp 2024-01-01}]'],
    [
      'numbers beyond all bounds',
      'method: random\nrun_cap: 1e400\nparameters: {a: {min: -.inf, max: .nan}, b: {value: 1e999}}',
    ],
    [
      'a number of a thousand digits',
      `method: random\nseed: ${'9'.repeat(1000)}\nparameters: {a: {value: ${'9'.repeat(1000)}}}`,
    ],
    [
      'many names',
      `method: grid\nparameters: {${Array.from({ length: 30_000 }, (_, i) => `p${i}: 1`).join(', ')}}`,
    ],
    [
      'many values',
      `method: grid\nparameters: {a: {values: [${Array.from({ length: 90_000 }, (_, i) => `{a: ${i}}`).join(', ')}]}}`,
    ],
    ['two documents', 'method: grid\n---\nmethod: random'],
    ['only a byte order mark', '\ufeff'],
    [
      'names of the language',
      '{method: constructor, metric: {name: toString, valueOf: 1}, parameters: {constructor: {value: 1}, hasOwnProperty: {value: 1, when: {toString: 1}}}, exclude: [{valueOf: 1}], constructor: 1}',
    ],
    [
      'a rule whose name is an object that cannot be a text',
      'method: random\nrun_cap: 9\nearly_terminate: {type: {toString: 1}}\nparameters: {a: {value: 1}}',
    ],
  ])('%s', (_what, source) => {
    isAnswered(source);
  });
});
