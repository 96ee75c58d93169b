import { describe, expect, test } from 'vitest';
import {
  canMoveRun,
  canMoveSweep,
  isTerminalRun,
  isTerminalSweep,
  runStates,
  runTransitions,
  sweepStates,
  sweepTransitions,
} from './run-state.ts';

const reachable = <S extends string>(start: S, table: Readonly<Record<S, readonly S[]>>): Set<S> => {
  const seen = new Set<S>([start]);
  for (const state of seen) for (const next of table[state]) seen.add(next);
  return seen;
};

describe('run and sweep states', () => {
  test('every state can be reached from the first one', () => {
    expect([...reachable('QUEUED', runTransitions)].sort()).toEqual([...runStates].sort());
    expect([...reachable('RUNNING', sweepTransitions)].sort()).toEqual([...sweepStates].sort());
  });

  test('from every state an end can be reached, and no state leads to itself', () => {
    for (const state of runStates) {
      expect([...reachable(state, runTransitions)].some(isTerminalRun)).toBe(true);
      expect(canMoveRun(state, state)).toBe(false);
    }
    for (const state of sweepStates) {
      expect([...reachable(state, sweepTransitions)].some(isTerminalSweep)).toBe(true);
      expect(canMoveSweep(state, state)).toBe(false);
    }
  });

  test('a run or sweep that has ended leaves its end only by a person who gives it more to do', () => {
    expect(runStates.filter(isTerminalRun)).toEqual(['FINISHED', 'PRUNED', 'FAILED', 'CANCELLED']);
    expect(sweepStates.filter(isTerminalSweep)).toEqual(['FINISHED', 'CANCELLED']);
    const leaving = runStates.filter(isTerminalRun).flatMap((from) => runTransitions[from]);
    expect(new Set(leaving)).toEqual(new Set(['QUEUED']));
    expect(runTransitions.FINISHED).toEqual([]);
    expect(runTransitions.PRUNED).toEqual([]);
    expect(sweepTransitions.CANCELLED).toEqual([]);
  });

  test('only a running run can be pruned or finish; one that waits can fail too, when its start is lost', () => {
    for (const to of ['PRUNED', 'FINISHED'] as const) {
      expect(runStates.filter((from) => canMoveRun(from, to))).toEqual(['RUNNING']);
    }
    expect(runStates.filter((from) => canMoveRun(from, 'FAILED'))).toEqual(['QUEUED', 'RUNNING']);
  });
});
