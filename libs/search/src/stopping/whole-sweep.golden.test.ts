import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bracketByShare } from './bracket.ts';
import { curveFrom, type Golden, type RawCurve, parseGolden, ruleOf } from './golden.case.ts';
import { judge } from './peers.ts';
import type { ObservedRun, Stopping } from './stopping-rule.ts';

const readGolden = (name: string): string =>
  readFileSync(new URL(`./${name}.golden.json`, import.meta.url), 'utf8');

interface WholeSweep {
  readonly runs: readonly RawCurve[];
  /** Index of the run that reports next. */
  readonly turns: readonly number[];
  /** Ray draws brackets at random; these are what it drew. */
  readonly brackets?: readonly number[];
}

/** Numbers for the runs, by which our rule puts each into the bracket that the other program drew. */
const numbersFor = ({ runs, brackets }: WholeSweep, stopping: Stopping): number[] => {
  if (brackets === undefined) return runs.map((_, i) => i + 1);
  const shares = stopping.brackets(Number.MAX_SAFE_INTEGER).map(({ share }) => share);
  let number = 0;
  return brackets.map((bracket) => {
    do number++;
    while (bracketByShare(number, shares) !== bracket);
    return number;
  });
};

const decisionsOn = (one: WholeSweep, stopping: Stopping): boolean[] => {
  const curves = one.runs.map(curveFrom);
  const numbers = numbersFor(one, stopping);
  const runs = numbers.map(
    (number): ObservedRun => ({ number, state: 'RUNNING', objective: null, stoppedAtRung: null, curve: [] }),
  );
  return one.turns.map((turn) => {
    const run = runs[turn];
    if (run === undefined) throw new Error(`turn of run ${turn}, which is not there`);
    const curve = curves[turn]?.slice(0, run.curve.length + 1) ?? [];
    const reported: ObservedRun = { ...run, curve };
    const { stop, explanation } = judge(stopping, reported, runs);
    runs[turn] = stop
      ? { ...reported, state: 'PRUNED', stoppedAtRung: explanation.rungStep }
      : { ...reported, state: curve.length === curves[turn]?.length ? 'FINISHED' : 'RUNNING' };
    return stop;
  });
};

/** Made by tools/golden/optuna_hyperband.py, wandb_hyperband.py and ray_asha.py with those programs themselves. */
describe.each([
  ['hyperband', 'hyperband', 'Optuna', 'optuna'],
  ['bands', 'hyperband', "W&B's sweeps", 'sweeps'],
  ['asha', 'asha', 'Ray', 'ray'],
] as const)('sweeps under %s', (name, type, program, key) => {
  const golden: Golden<WholeSweep> = parseGolden(readGolden(name));

  test(`are decided like ${program} ${golden.madeBy[key]} at every report of ${golden.cases.length} sweeps`, () => {
    for (const [i, one] of golden.cases.entries()) {
      expect(decisionsOn(one, ruleOf(type, one)), `case ${i}`).toEqual(one.decisions.map(Boolean));
    }
  });

  test('hold both decisions in number', () => {
    const all = golden.cases.flatMap((one) => one.decisions);
    const stops = all.filter(Boolean).length;
    expect(stops).toBeGreaterThan(100);
    expect(all.length - stops).toBeGreaterThan(100);
  });
});
