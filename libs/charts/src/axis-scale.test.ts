import { describe, expect, test } from 'vitest';
import { axisScale, type ChartAxis } from './axis-scale.ts';

const numbers: ChartAxis = { label: 'x', categories: null, isLog: false };

describe('an axis', () => {
  test('of numbers reaches from the smallest to the largest, with round ticks between', () => {
    const scale = axisScale(numbers, [2, Number.NaN, 12]);
    expect([scale.place(2), scale.place(7), scale.place(12), scale.place(Number.NaN)]).toEqual([
      0,
      0.5,
      1,
      null,
    ]);
    expect(scale.ticks(5).map(({ text }) => text)).toEqual(['2', '4', '6', '8', '10', '12']);
    expect(scale.valueAt(0.5)).toBe(7);
  });

  test('of logarithms places factors evenly and leaves out what has no logarithm', () => {
    const scale = axisScale({ ...numbers, isLog: true }, [1e-4, 1e-2, 0]);
    expect(scale.place(1e-3)).toBeCloseTo(0.5, 12);
    expect(scale.place(0)).toBeNull();
    expect(scale.ticks(3).map(({ text }) => text)).toEqual(['1.00e-4', '0.001', '0.01']);
    expect(scale.valueAt(0.5)).toBeCloseTo(1e-3, 12);
  });

  test('of categories places each in its own band', () => {
    const scale = axisScale({ ...numbers, categories: ['a', 'b'] }, []);
    expect([scale.place(0), scale.place(1), scale.place(2)]).toEqual([0.25, 0.75, null]);
    expect([scale.name(1), scale.valueAt(0.6)]).toEqual(['b', 1]);
  });

  test('without a value, or with one alone, still has a tick', () => {
    expect(axisScale(numbers, []).ticks(4).length).toBeGreaterThan(0);
    const scale = axisScale(numbers, [3, 3]);
    expect([scale.place(3), scale.ticks(4)]).toEqual([0.5, [{ at: 0.5, text: '3' }]]);
  });
});
