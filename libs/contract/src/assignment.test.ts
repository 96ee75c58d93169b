import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignmentKey } from './assignment.ts';

const scalar = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0)),
  fc.string(),
  fc.boolean(),
);
const assignment = fc.dictionary(fc.string({ minLength: 1 }), scalar, { noNullPrototype: true });

describe('assignmentKey', () => {
  test('does not depend on the order of keys', () => {
    expect(assignmentKey({ b: 1, a: 'x' })).toBe(assignmentKey({ a: 'x', b: 1 }));
  });

  test('holds the whole assignment: reading the key back gives it exactly', () => {
    fc.assert(
      fc.property(assignment, (a) => {
        expect(Object.fromEntries(JSON.parse(assignmentKey(a)))).toEqual({ ...a });
      }),
    );
  });

  test('neither types nor neighbouring doubles meet', () => {
    const keys = [{ a: 1 }, { a: '1' }, { a: true }, { a: 'true' }, { a: 1 + Number.EPSILON }].map(
      assignmentKey,
    );
    expect(new Set(keys).size).toBe(5);
    expect(assignmentKey({ a: -0 })).toBe(assignmentKey({ a: 0 }));
  });

  test('refuses NaN, which equals nothing', () => {
    expect(() => assignmentKey({ a: Number.NaN })).toThrow(/a must be a finite number, got NaN/);
  });
});
