import { describe, expect, it } from 'vitest';
import { shareOut, type SweepTurn } from './turn.rule.ts';

const turn = (id: string, more: Partial<SweepTurn> = {}): SweepTurn => ({
  id,
  claimable: true,
  suggestable: true,
  priority: 0,
  running: 0,
  room: null,
  ...more,
});
const shares = (turns: readonly SweepTurn[], claimers: number) =>
  Object.fromEntries(shareOut(turns, claimers).map((share) => [share.turn.id, share.count]));

describe('sharing claimers out', () => {
  it('equals end with equally many running runs', () => {
    expect(shares([turn('a'), turn('b'), turn('c')], 9)).toEqual({ a: 3, b: 3, c: 3 });
    expect(shares([turn('a', { running: 5 }), turn('b', { running: 2 })], 7)).toEqual({ a: 2, b: 5 });
    expect(shares([turn('a', { running: 9 }), turn('b')], 4)).toEqual({ b: 4 });
  });

  it('a higher priority is served before any other, up to its concurrency limit', () => {
    expect(shares([turn('a', { priority: 1 }), turn('b')], 6)).toEqual({ a: 6 });
    expect(shares([turn('a', { priority: 1, room: 2 }), turn('b')], 6)).toEqual({ a: 2, b: 4 });
  });

  it('nobody is sent where no room is left', () => {
    expect(shares([turn('a', { room: 1 }), turn('b', { room: 2 })], 9)).toEqual({ a: 1, b: 2 });
    expect(shares([], 9)).toEqual({});
  });
});
