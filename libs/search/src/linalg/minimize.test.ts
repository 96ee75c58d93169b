import { describe, expect, test } from 'vitest';
import { minimize, type Problem } from './minimize.ts';

const options = { maxEvaluations: 500, gradientTolerance: 1e-8, gainTolerance: 0, firstStep: 0.1 };

const box = (n: number, low: number, high: number) => ({
  low: new Float64Array(n).fill(low),
  high: new Float64Array(n).fill(high),
});

const rosenbrock: Problem['evaluate'] = (x, gradient) => {
  gradient.fill(0);
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [Number(x[i]), Number(x[i + 1])];
    sum += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
    gradient[i] = Number(gradient[i]) - 400 * a * (b - a * a) - 2 * (1 - a);
    gradient[i + 1] = Number(gradient[i + 1]) + 200 * (b - a * a);
  }
  return sum;
};

describe('minimize', () => {
  test('finds the end of a bent valley in ten dimensions', () => {
    const { x, evaluations } = minimize(
      { evaluate: rosenbrock, ...box(10, -5, 5) },
      new Float64Array(10),
      options,
    );
    x.forEach((value) => expect(value).toBeCloseTo(1, 6));
    expect(evaluations).toBeLessThan(200);
  });

  test('stops at bounds where the minimum is outside of the box', () => {
    const { x } = minimize({ evaluate: rosenbrock, ...box(2, -5, 0.5) }, Float64Array.of(-1, -1), options);
    expect([...x]).toEqual([expect.closeTo(0.5, 7), expect.closeTo(0.25, 7)]);
    const slope: Problem['evaluate'] = (at, gradient) => {
      gradient.set([1, -2]);
      return Number(at[0]) - 2 * Number(at[1]);
    };
    expect([...minimize({ evaluate: slope, ...box(2, 0, 1) }, Float64Array.of(0.4, 0.4), options).x]).toEqual(
      [0, 1],
    );
  });

  test('a coordinate whose bounds are equal never moves', () => {
    const problem = { evaluate: rosenbrock, low: Float64Array.of(-5, 2), high: Float64Array.of(5, 2) };
    const { x } = minimize(problem, Float64Array.of(1, 2), options);
    expect(x[1]).toBe(2);
    expect(x[0]).toBeCloseTo(Math.SQRT2, 2);
  });

  test('is never worse than its start, keeps to its evaluations, and leaves the start as it was', () => {
    const start = Float64Array.of(-1.2, 1, 3);
    for (const maxEvaluations of [1, 2, 3, 10, 30]) {
      const { value, evaluations } = minimize({ evaluate: rosenbrock, ...box(3, -5, 5) }, start, {
        ...options,
        maxEvaluations,
      });
      expect(evaluations).toBeLessThanOrEqual(maxEvaluations);
      expect(value).toBeLessThanOrEqual(rosenbrock(start, new Float64Array(3)));
    }
    expect([...start]).toEqual([-1.2, 1, 3]);
  });

  test('where the function has no value it steps back', () => {
    const barrier: Problem['evaluate'] = (x, gradient) => {
      const at = Number(x[0]);
      gradient[0] = 1 - 0.1 / at;
      return at > 0 ? at - 0.1 * Math.log(at) : Number.NaN;
    };
    const { x } = minimize({ evaluate: barrier, ...box(1, -10, 10) }, Float64Array.of(5), {
      ...options,
      firstStep: 50,
    });
    expect(x[0]).toBeCloseTo(0.1, 6);
  });
});
