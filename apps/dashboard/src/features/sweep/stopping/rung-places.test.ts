import { describe, expect, it } from 'vitest';
import { hasRungs, laddersOf } from './rung-places.ts';

const rung = (bracket: number, step: number, stopped: boolean[]) => ({
  ...{ bracket, rung: 0, step, cutoff: 0.5, stopped },
  runIds: stopped.map((_, i) => `run ${i}`),
  runNumbers: stopped.map((_, i) => i + 1),
  values: stopped.map((_, i) => (i === 0 ? 0.9 : null)),
});

describe('rungs', () => {
  it('stand in ladders, the lowest first, with how many were stopped there', () => {
    const ladders = laddersOf([rung(1, 9, [true]), rung(0, 9, [false]), rung(0, 3, [false, true, true])]);
    expect(ladders.map(({ bracket, rungs }) => [bracket, rungs.map(({ step }) => step)])).toEqual([
      [0, [3, 9]],
      [1, [9]],
    ]);
    expect(ladders[0]?.rungs[0]).toMatchObject({ stopped: 2, runs: [{ number: 1, value: 0.9 }, {}, {}] });
  });

  it('belong to the rules that have them, wrapped or not', () => {
    expect(hasRungs({ earlyTerminate: { type: 'asha' } })).toBe(true);
    expect(hasRungs({ earlyTerminate: { type: 'patient', wrapped: { type: 'hyperband' } } })).toBe(true);
    expect(hasRungs({ earlyTerminate: { type: 'median' } })).toBe(false);
    expect(hasRungs({ earlyTerminate: null })).toBe(false);
    expect(hasRungs(null)).toBe(false);
  });
});
