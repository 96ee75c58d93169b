import type { Placement, SlotFacts } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { type Claimer, fitting, shareOut, type SweepTurn } from './turn.rule.ts';

const turn = (id: string, more: Partial<SweepTurn> = {}): SweepTurn => ({
  id,
  claimable: true,
  suggestable: true,
  priority: 0,
  running: 0,
  room: null,
  requires: null,
  population: false,
  ...more,
});

const anything: Placement = { backend: null, memoryMb: null, device: null, dataset: null, command: false };
const small: SlotFacts = {
  backend: 'wasm',
  memoryMb: 1_000,
  device: 'cpu',
  datasets: [],
  allowsCommand: false,
};
const large: SlotFacts = { ...small, memoryMb: 80_000 };
const needsMuch = { requires: { ...anything, memoryMb: 40_000 } };
const slots = (count: number, slot = small): Claimer[] => Array.from({ length: count }, () => ({ slot }));
const shares = (turns: readonly SweepTurn[], claimers: readonly Claimer[]) =>
  Object.fromEntries(shareOut(turns, claimers).map((share) => [share.turn.id, share.takers.length]));

describe('sharing claimers out', () => {
  it('equals end with equally many running runs', () => {
    expect(shares([turn('a'), turn('b'), turn('c')], slots(9))).toEqual({ a: 3, b: 3, c: 3 });
    expect(shares([turn('a', { running: 5 }), turn('b', { running: 2 })], slots(7))).toEqual({ a: 2, b: 5 });
    expect(shares([turn('a', { running: 9 }), turn('b')], slots(4))).toEqual({ b: 4 });
  });

  it('a higher priority is served before any other, up to its concurrency limit', () => {
    expect(shares([turn('a', { priority: 1 }), turn('b')], slots(6))).toEqual({ a: 6 });
    expect(shares([turn('a', { priority: 1, room: 2 }), turn('b')], slots(6))).toEqual({ a: 2, b: 4 });
  });

  it('nobody is sent where no room is left', () => {
    expect(shares([turn('a', { room: 1 }), turn('b', { room: 2 })], slots(9))).toEqual({ a: 1, b: 2 });
    expect(shares([], slots(9))).toEqual({});
  });

  it('nobody is sent to a sweep that asks for more than the slot offers, however urgent it is', () => {
    const turns = [turn('urgent', { priority: 9, ...needsMuch }), turn('any')];
    expect(shares(turns, slots(3))).toEqual({ any: 3 });
    expect(shares(turns, [...slots(3), ...slots(2, large)])).toEqual({ urgent: 2, any: 3 });
    expect(shares([turn('urgent', needsMuch)], slots(3))).toEqual({});
  });

  it('fairness counts those that fit: the large slot goes where few run, the small ones where they may', () => {
    const turns = [turn('large', needsMuch), turn('any')];
    expect(shares(turns, [...slots(2), ...slots(4, large)])).toEqual({ large: 3, any: 3 });
  });

  it('a share names its claimers in the order in which they came', () => {
    const claimers = [...slots(1, large), ...slots(1), ...slots(1, large)];
    const [share] = shareOut([turn('large', needsMuch)], claimers);
    expect(share?.takers).toEqual([claimers[0], claimers[2]]);
    expect(fitting(turn('large', needsMuch), claimers)).toEqual([claimers[0], claimers[2]]);
  });
});
