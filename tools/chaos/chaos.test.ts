import { describe, expect, it } from 'vitest';
import { ChaosUsageError, parseChaosOptions } from './chaos.options.ts';
import { killKinds, type PlannedKill, planKills } from './kill.plan.ts';
import { checkLive } from './live.check.ts';

const first = (count: number, seed: number): PlannedKill[] => {
  const plan = planKills(seed, 4_000);
  return Array.from({ length: count }, () => plan.next().value);
};

describe('the plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(first(50, 7)).toEqual(first(50, 7));
    expect(first(50, 7)).not.toEqual(first(50, 8));
  });

  it('of two hundred kills has every kind, and agents that stand still for longer than their lease', () => {
    const plan = first(200, 1);
    expect(new Set(plan.map(({ kind }) => kind))).toEqual(new Set(killKinds));
    expect(plan.some(({ kind, forMs }) => kind === 'agent-suspend' && forMs > 4_000)).toBe(true);
  });
});

describe('the options', () => {
  const parse = (...argv: string[]) => parseChaosOptions(argv, () => 42);

  it('have defaults, and a seed that is drawn when none is given', () => {
    expect(parse()).toEqual({ kills: 200, seed: 42, runs: 12, minutes: 60, json: false, keep: false });
    expect(parse('--kills', '5', '--seed', '0', '--json')).toMatchObject({ kills: 5, seed: 0, json: true });
    expect(parse('--help')).toBe('help');
  });

  it.each([
    [['--kills', 'many'], '--kills is "many"; expected a whole number from 0 to 100000.'],
    [['--seed', '-1'], /Option '--seed' argument is ambiguous/],
    [['--runs', '0'], '--runs is "0"; expected a whole number from 1 to 10000.'],
    [['--frobnicate'], /Unknown option '--frobnicate'.*`--help` lists the options\./],
  ])('%j are refused in one sentence', (argv, sentence) => {
    expect(() => parse(...argv)).toThrow(ChaosUsageError);
    expect(() => parse(...argv)).toThrow(sentence);
  });
});

describe('a page that stayed open', () => {
  const changes = [1, 2, 3, 4].map((id) => ({ xid: '70', id: String(id) }));
  const cursor = (id: number): string => Buffer.from(`70.${id}.1234`).toString('base64url');

  it('is asked only for what came after its first', () => {
    expect(checkLive(changes, [2, 3, 4].map(cursor))).toEqual({ missed: 0, doubled: 0 });
  });

  it('is found to have missed a change, or to have been told twice', () => {
    expect(checkLive(changes, [1, 2, 4].map(cursor))).toEqual({ missed: 1, doubled: 0 });
    expect(checkLive(changes, [1, 2, 2, 3, 4].map(cursor))).toEqual({ missed: 0, doubled: 1 });
  });
});
