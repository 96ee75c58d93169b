import { describe, expect, test } from 'vitest';
import { isExcluded } from './exclusion.ts';
import { accepted, refused } from './testing/verdict.ts';

const parameters = {
  lr: { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 },
  width: { min: 8, max: 64 },
  optimizer: { values: ['adam', 'sgd'] },
  momentum: { min: 0.5, max: 0.9, when: { optimizer: 'sgd' } },
  batch: { distribution: 'q_uniform', min: 16, max: 64, q: 16 },
};
const sweep = (exclude: unknown, rest: object = {}) => ({
  method: 'random',
  run_cap: 10,
  parameters,
  exclude,
  ...rest,
});
const exclusions = (exclude: unknown) => accepted(sweep(exclude)).definition.exclude;

describe('exclude', () => {
  test('takes values, lists of values and ranges, of one parameter or of several together', () => {
    const written = [{ optimizer: 'sgd', lr: { min: 0.01 } }, { width: [8, 9] }, { batch: { max: 20 } }];
    expect(exclusions(written)).toEqual([
      [
        { parameter: 'optimizer', values: ['sgd'] },
        { parameter: 'lr', min: 0.01, max: null },
      ],
      [{ parameter: 'width', values: [8, 9] }],
      [{ parameter: 'batch', min: null, max: 20 }],
    ]);
  });

  test('an entry holds where all of its parameters match, and never where one is not active', () => {
    const exclude = exclusions([{ momentum: { min: 0.8 }, lr: { min: 0.01 } }]);
    expect(isExcluded(exclude, { optimizer: 'sgd', momentum: 0.85, lr: 0.05 })).toBe(true);
    expect(isExcluded(exclude, { optimizer: 'sgd', momentum: 0.85, lr: 0.001 })).toBe(false);
    expect(isExcluded(exclude, { optimizer: 'adam', lr: 0.05 })).toBe(false);
  });

  test('a name or a value that no run can have is refused with what it can have', () => {
    expect(refused(sweep([{ optimiser: 'sgd' }]))).toEqual([
      'exclude[0].optimiser: names no parameter of this sweep (did you mean optimizer? Known: lr, width, optimizer, momentum, batch)',
    ]);
    const wrong = [
      { optimizer: 'sdg' },
      { width: [7, 9, 8.5] },
      { lr: 0.01 },
      { batch: 33 },
      { optimizer: { min: 1 } },
      { lr: { min: 0.2 } },
      { width: { min: 9, max: 8 } },
      {},
      { lr: {} },
      { lr: { from: 0.1 } },
    ];
    expect(refused(sweep(wrong))).toEqual([
      'exclude[7]: cannot be {} (at least one parameter)',
      'exclude[8].lr: cannot be {} (min, max or both)',
      'exclude[9].lr.from: unknown key from (one of min, max)',
      'exclude[9].lr: cannot be {"from":0.1} (min, max or both)',
    ]);
    expect(refused(sweep(wrong.slice(0, 7)))).toEqual([
      'exclude[0].optimizer: optimizer never is "sdg" (some of ["adam","sgd"])',
      'exclude[1].width: width never is 7 or 8.5 (whole numbers from 8 to 64)',
      'exclude[2].lr: lr never is 0.01 ({min, max} that meets 0.00001 to 0.1)',
      'exclude[3].batch: batch never is 33 (multiples of 16 from 8 to 72)',
      'exclude[4].optimizer: optimizer never is a number from 1 (some of ["adam","sgd"])',
      'exclude[5].lr: lr never is a number from 0.2 ({min, max} that meets 0.00001 to 0.1)',
      'exclude[6].width: min 9 is above max 8 (a min that is not above max)',
    ]);
  });

  test.each([
    ['a whole parameter', [{ lr: { max: 1 } }]],
    ['a range in two pieces', [{ lr: { max: 0.01 } }, { lr: { min: 0.01 } }]],
    ['whole numbers one by one', [{ width: { max: 63 } }, { width: 64 }]],
    ['each value with each half', [{ optimizer: 'adam' }, { lr: { max: 1 }, optimizer: ['sgd'] }]],
    [
      'a conditional parameter and what lies beside it',
      [{ optimizer: 'adam' }, { momentum: { min: 0, max: 1 } }],
    ],
    ['multiples of q', [{ batch: [16, 32] }, { batch: { min: 40 } }]],
  ])('exclusions that leave nothing over are refused: %s', (_what, exclude) => {
    expect(refused(sweep(exclude))).toEqual([
      'exclude: leaves nothing to try (regions that leave something over)',
    ]);
  });

  test.each([
    ['a sliver of a range', [{ lr: { max: 0.01 } }, { lr: { min: 0.0100001 } }]],
    ['one whole number', [{ width: { max: 62 } }, { width: 64 }]],
    ['what has the parameter not active', [{ momentum: { min: 0, max: 1 } }]],
    ['a corner', [{ optimizer: 'adam' }, { optimizer: 'sgd', width: { max: 63 } }]],
    ['one multiple', [{ batch: [16, 32] }, { batch: { min: 60 } }]],
  ])('exclusions may leave little over: %s', (_what, exclude) => {
    accepted(sweep(exclude));
  });

  test('a name that the language itself uses is refused, not passed over', () => {
    expect(
      refused(
        '{method: random, run_cap: 1, parameters: {a: {values: [1, 2]}}, exclude: [{a: 1, __proto__: 2}]}',
      ),
    ).toEqual(['exclude[0].__proto__: __proto__ cannot be a name (another name)']);
  });
});
