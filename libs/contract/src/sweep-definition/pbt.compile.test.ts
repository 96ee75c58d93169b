import { describe, expect, test } from 'vitest';
import { accepted, refused, warned } from './testing/verdict.ts';

const pbt = (options: unknown, rest: object = {}) => ({
  method: 'pbt',
  metric: { name: 'loss' },
  parameters: { lr: { distribution: 'log_uniform_values', min: 1e-5, max: 0.1 } },
  pbt: options,
  ...rest,
});
const steps = (search: object) => ({ parameters: { lr: { min: 0.1, max: 1 }, steps: search } });

describe('pbt', () => {
  test("has Ray's defaults, and as many generations as the steps need", () => {
    const { definition } = accepted(pbt({}, steps({ value: 950 })));
    expect(definition.pbt).toEqual({
      population: 8,
      interval: 100,
      generations: 10,
      quantile: 0.25,
      resample: 0.25,
      factors: [1.2, 0.8],
    });
    expect(definition.runCap).toBe(80);
    expect(accepted(pbt(undefined, steps({ value: 950 }))).definition.pbt?.generations).toBe(10);
  });

  test('a run is one generation of one member; run_cap may end it earlier', () => {
    const options = { population: 4, interval: 10, generations: 5 };
    expect(accepted(pbt(options)).definition.runCap).toBe(20);
    expect(accepted(pbt(options, { run_cap: 12 })).definition.runCap).toBe(12);
    expect(warned(pbt(options, { run_cap: 30 }))).toEqual([
      'run_cap: 4 members of 5 generations are 20 runs, so 30 are never reached (at most 20)',
    ]);
    expect(refused(pbt(options, { run_cap: 3 }))).toEqual([
      'run_cap: 3 runs are fewer than the population of 4 (at least 4, or a smaller pbt.population)',
    ]);
  });

  test('someone must say how long a member trains, and it is no part of the search', () => {
    expect(refused(pbt({}))).toEqual([
      'pbt.generations: is missing: nothing says how long a member trains (pbt: {generations}, or a parameter steps with one value)',
    ]);
    expect(refused(pbt({ generations: 4 }, steps({ values: [100, 200] })))).toEqual([
      'parameters.steps: steps cannot be searched by pbt: all members train equally long (steps: {value: a number}, or no steps with pbt.generations)',
    ]);
    expect(refused(pbt({ generations: 4 }, steps({ value: 200 })))).toEqual([
      'pbt.generations: 4 generations of 100 steps are 400, but steps is 200 (at most 2, or no generations at all)',
    ]);
    expect(warned(pbt({}, steps({ value: 100 })))[0]).toMatch(/^pbt.interval: .*nothing is ever copied/);
  });

  test('what is out of bounds or misspelt is told with its place', () => {
    expect(refused(pbt({ populaton: 4, quantile: 0.6, factors: [0], generations: 2 }))).toEqual([
      'pbt.quantile: cannot be 0.6 (at most 0.5)',
      'pbt.factors[0]: cannot be 0 (more than 0)',
      expect.stringMatching(/^pbt.populaton: unknown key populaton \(did you mean population\?/),
    ]);
  });
});
