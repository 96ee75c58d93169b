import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command.protocol.ts';

const messages = (line: string) => {
  const parsed = parseCommandLine(line);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.messages;
};
const problem = (line: string) => {
  const parsed = parseCommandLine(line);
  if (parsed.ok) throw new Error('taken');
  return parsed.problem;
};

describe('a line on the pipe', () => {
  it('says points, a picture, a checkpoint, the number of steps, a word or a failure', () => {
    expect(messages('{"step": 10, "metrics": {"loss": 0.5}}')).toEqual([
      { kind: 'metrics', step: 10, values: { loss: 0.5 } },
    ]);
    expect(messages('{"step": 10, "image": "a.png", "prompt": "a wren", "seed": 1}')).toEqual([
      { kind: 'image', step: 10, path: 'a.png', prompt: 'a wren', seed: 1, index: null },
    ]);
    expect(messages('{"step": 10, "checkpoint": {"files": ["a", "b"]}}')).toEqual([
      { kind: 'checkpoint', step: 10, files: ['a', 'b'] },
    ]);
    expect(messages('{"total_steps": 1000}')).toEqual([{ kind: 'total', steps: 1000 }]);
    expect(messages('{"message": "hello"}')).toEqual([{ kind: 'message', text: 'hello' }]);
    expect(messages('{"error": "no data", "class": "user_error"}')).toEqual([
      { kind: 'error', text: 'no data', failureClass: 'user_error' },
    ]);
    expect(messages('  ')).toEqual([]);
  });

  it('may say several things of one step', () => {
    const line = '{"step": 1, "metrics": {"loss": 1}, "checkpoint": {"files": ["a"]}, "message": "saved"}';
    expect(messages(line).map(({ kind }) => kind)).toEqual(['metrics', 'checkpoint', 'message']);
  });

  it("takes NaN and the infinities as texts, and as the words that Python's json writes", () => {
    const values = { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY };
    const expected = [{ kind: 'metrics', step: 1, values }];
    expect(messages('{"step": 1, "metrics": {"a": "NaN", "b": "Infinity", "c": "-Infinity"}}')).toEqual(
      expected,
    );
    expect(messages('{"step": 1, "metrics": {"a": NaN, "b": Infinity, "c": -Infinity}}')).toEqual(expected);
    expect(messages('{"step": 1, "metrics": {"a": NaN}, "message": "\\"NaN\\" is NaN"}')).toContainEqual({
      kind: 'message',
      text: '"NaN" is NaN',
    });
  });

  it('that is wrong says where, what stands there and what is expected', () => {
    expect(problem('hello')).toMatch(/^"hello" is no JSON object; expected such as \{"step"/);
    expect(problem('[1]')).toMatch(/is no JSON object/);
    expect(problem('{"metrics": {"loss": 1}}')).toBe(
      'step is missing; expected a whole number from 0 to 2147483647',
    );
    expect(problem('{"step": 1.5, "metrics": {"loss": 1}}')).toMatch(/^step is 1.5; expected a whole number/);
    expect(problem('{"step": -1, "metrics": {}}')).toMatch(/^step is -1; expected/);
    expect(problem('{"step": 1, "metrics": {"loss": null}}')).toMatch(
      /^metrics.loss is null; expected a number/,
    );
    expect(problem('{"step": 1, "metrics": 5}')).toBe('metrics is 5; expected a mapping of names to numbers');
    expect(problem('{"step": 1, "metrics": {"a\\u0000": 1}}')).toMatch(/is no name of a metric/);
    expect(problem('{"step": 1, "metric": {"loss": 1}}')).toMatch(
      /^"metric" is not known; expected step, metrics/,
    );
    expect(problem('{"step": 1, "checkpoint": "a.bin"}')).toBe(
      'checkpoint is "a.bin"; expected {"files": [path, ...]}',
    );
    expect(problem('{"error": "x", "class": "lost_agent"}')).toMatch(
      /^class is "lost_agent"; expected one of/,
    );
    expect(problem('{"step": 1}')).toMatch(/says nothing; expected metrics, image/);
    const many = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`m${i}`, i]));
    expect(problem(JSON.stringify({ step: 1, metrics: many }))).toMatch(/257 entries; expected at most 256/);
  });

  it('is taken or refused with a sentence, whatever bytes it is made of', () => {
    const key = fc.constantFrom(
      'step',
      'metrics',
      'image',
      'checkpoint',
      'total_steps',
      'message',
      'error',
      'class',
    );
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc.dictionary(key, fc.oneof(fc.jsonValue(), fc.nat())).map((value) => JSON.stringify(value)),
      fc.dictionary(key, fc.jsonValue()).map((value) => JSON.stringify(value).slice(0, -1)),
    );
    fc.assert(
      fc.property(line, (text) => {
        const parsed = parseCommandLine(text);
        if (!parsed.ok) expect(parsed.problem).toMatch(/expected|no name/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses the one name that no object can hold', () => {
    expect(problem('{"step": 1, "metrics": {"__proto__": 1, "loss": 2}}')).toMatch(
      /"__proto__"; expected any other/,
    );
  });

  it('brings every finite number through unchanged', () => {
    const metrics = fc.dictionary(
      fc.stringMatching(/^[a-z/_]{1,20}$/).filter((name) => name !== '__proto__'),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(fc.nat(), metrics, (step, values) => {
        const text = JSON.stringify({ step, metrics: values });
        expect(messages(text)).toEqual([{ kind: 'metrics', step, values: JSON.parse(text).metrics }]);
      }),
    );
  });
});
