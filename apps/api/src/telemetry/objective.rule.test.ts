import { describe, expect, it } from 'vitest';
import { foldObjective, type Objective, reaches } from './objective.rule.ts';

const curve = { steps: [10, 20, 30, 40], values: [0.2, 0.6, Number.NaN, 0.5] };

describe('the objective of a curve', () => {
  it('last is the newest finite value', () => {
    expect(foldObjective(null, curve, { goal: 'maximize', at: 'last' })).toEqual({ value: 0.5, step: 40 });
  });

  it('best follows the goal', () => {
    expect(foldObjective(null, curve, { goal: 'maximize', at: 'best' })).toEqual({ value: 0.6, step: 20 });
    expect(foldObjective(null, curve, { goal: 'minimize', at: 'best' })).toEqual({ value: 0.2, step: 10 });
  });

  it('at a step is the value there, or the first after it', () => {
    expect(foldObjective(null, curve, { goal: 'maximize', at: 20 })).toEqual({ value: 0.6, step: 20 });
    expect(foldObjective(null, curve, { goal: 'maximize', at: 25 })).toEqual({ value: 0.5, step: 40 });
    expect(foldObjective(null, curve, { goal: 'maximize', at: 41 })).toBeNull();
  });

  it('folded batch by batch, in any order, is what it is folded at once', () => {
    for (const at of ['last', 'best', 15] as const) {
      const rule = { goal: 'maximize', at } as const;
      for (const order of [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [2, 0, 3, 1],
      ]) {
        let objective: Objective | null = null;
        for (const i of order) {
          const point = { steps: [curve.steps[i] ?? 0], values: [curve.values[i] ?? Number.NaN] };
          objective = foldObjective(objective, point, rule);
        }
        expect(objective).toEqual(foldObjective(null, curve, rule));
      }
    }
  });

  it('reaches its target in the direction of its goal', () => {
    expect(reaches(0.5, 0.5, 'maximize')).toBe(true);
    expect(reaches(0.5, 0.4, 'maximize')).toBe(false);
    expect(reaches(0.5, 0.4, 'minimize')).toBe(true);
  });
});
