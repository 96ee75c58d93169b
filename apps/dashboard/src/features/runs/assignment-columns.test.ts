import { describe, expect, it } from 'vitest';
import { assignmentOf, varyingKeys } from './assignment-columns.ts';

describe('varyingKeys', () => {
  it('leaves out what is the same in every run', () => {
    expect(
      varyingKeys([
        { lr: 0.1, steps: 100 },
        { lr: 0.2, steps: 100 },
      ]),
    ).toEqual(['lr']);
  });

  it('counts a parameter that only some runs have as differing', () => {
    expect(varyingKeys([{ kind: 'a', depth: 2 }, { kind: 'a' }])).toEqual(['depth']);
  });

  it('shows every key of a single run', () => {
    expect(varyingKeys([{ lr: 0.1, steps: 100 }])).toEqual(['lr', 'steps']);
    expect(varyingKeys([])).toEqual([]);
  });
});

describe('assignmentOf', () => {
  it('reads only objects', () => {
    expect(assignmentOf({ lr: 1 })).toEqual({ lr: 1 });
    for (const json of [null, undefined, 3, 'text', [1]]) expect(assignmentOf(json)).toEqual({});
  });
});
