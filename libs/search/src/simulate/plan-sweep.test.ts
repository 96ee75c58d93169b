import { parseSweepDefinition, type SweepDefinition } from '@plumage/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSearch } from '../search.ts';
import { suggestionKey } from '../sampler.ts';
import { planSweep } from './plan-sweep.ts';

const defined = (source: string): SweepDefinition => {
  const parsed = parseSweepDefinition(source, { accept: 'grammar' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition;
};
const sweep = (rest: string): SweepDefinition => defined(`{metric: {name: fid}, ${rest}}`);
const random = 'method: random, parameters: {steps: {value: 900}, beta1: {min: 0.0, max: 0.9}}, run_cap: 90';

describe('the plan of a sweep', () => {
  test('without a stopping rule every run trains all its steps', () => {
    const plan = planSweep(sweep(random), { stepMs: 2000, slots: 4 });
    expect(plan).toEqual({
      runs: { count: 90, exact: true, limitedBy: 'run_cap' },
      parallel: 4,
      stepsPerRun: { least: 900, most: 900 },
      rungs: [],
      expectedSteps: 81_000,
      mostSteps: 81_000,
      wallHours: 11.25,
      acceleratorHours: 45,
      mostAcceleratorHours: 45,
      notes: [],
    });
  });

  test('tells how many runs come to each rung, and what they cost', () => {
    const asha = '{type: asha, max_t: 1000, grace_period: 100, reduction_factor: 3}';
    const plan = planSweep(sweep(`${random}, early_terminate: ${asha}`), { stepMs: 1000, slots: 2 });
    expect(plan.rungs.map(({ step, runs }) => [step, runs])).toEqual([
      [100, 90],
      [300, 30],
      [900, 10],
    ]);
    expect(plan.expectedSteps).toBeCloseTo(90 * 100 + 30 * 200 + 10 * 600);
    expect(plan.mostSteps).toBe(81_000);
    expect(plan.acceleratorHours).toBeCloseTo(21_000 / 3600);
    expect(plan.wallHours).toBeCloseTo(21_000 / 3600 / 2);
  });

  test('judges at the reports: a report that jumps over rungs is judged at one, or with Optuna at all of them', () => {
    const under = (rule: string) =>
      planSweep(sweep(`${random}, early_terminate: ${rule}`), { stepMs: null, slots: 1, evalEvery: 250 })
        .rungs;
    const bands = under('{type: hyperband, min_iter: 30, eta: 3}');
    expect(bands.map(({ rung, step, runs }) => [rung, step, runs])).toEqual([
      [1, 250, 90],
      [2, 500, 30],
    ]);
    const halving = under('{type: hyperband, min_resource: 30, max_resource: 80}');
    expect(halving[0]).toMatchObject({ rung: 1, step: 250, runs: 90 });
    expect(halving[0]?.goesOn).toBeCloseTo(1 / 9);
    expect(halving[1]?.runs).toBeCloseTo(10);
  });

  test("Optuna's brackets share the runs", () => {
    const rule = '{type: hyperband, min_resource: 1, max_resource: 9}';
    const plan = planSweep(sweep(`${random}, early_terminate: ${rule}`), { stepMs: null, slots: 1 });
    const first = plan.rungs.filter(({ rung }) => rung === 0);
    expect(first.map(({ bracket, step }) => [bracket, step])).toEqual([
      [0, 1],
      [1, 3],
      [2, 9],
    ]);
    expect(first.reduce((sum, { runs }) => sum + (runs ?? 0), 0)).toBeCloseTo(90);
  });

  test('says that a rule ends every run before its steps', () => {
    const plan = planSweep(sweep(`${random}, early_terminate: {type: asha}`), { stepMs: 1000, slots: 1 });
    expect(plan.stepsPerRun).toEqual({ least: 100, most: 100 });
    expect(plan.notes).toContain('The asha rule ends every run at step 100, before its 900 steps.');
  });

  test('a rule that decides by curves alone costs at most what no rule costs, and says so', () => {
    const plan = planSweep(sweep(`${random}, early_terminate: {type: median}`), { stepMs: 1000, slots: 1 });
    expect(plan.expectedSteps).toBe(plan.mostSteps);
    expect(plan.notes[0]).toMatch(/^The median rule decides by the runs' curves/);
  });

  test('what is not known is null: steps of a program, hours without step times', () => {
    const program = planSweep(
      sweep('method: random, program: train.py, parameters: {lr: {min: 0.0, max: 1.0}}, run_cap: 5'),
      { stepMs: 1000, slots: 1 },
    );
    expect(program).toMatchObject({
      stepsPerRun: null,
      expectedSteps: null,
      wallHours: null,
      runs: { count: 5 },
    });
    expect(program.notes[0]).toMatch(/^How many steps a run trains is not in the definition/);
    const untimed = planSweep(sweep(random), { stepMs: null, slots: 1 });
    expect(untimed).toMatchObject({ expectedSteps: 81_000, acceleratorHours: null });
    expect(untimed.notes).toEqual(['No step times are recorded yet, so hours are not known.']);
  });

  test("steps are the built-in trainer's by default and by preset, and may differ between runs", () => {
    const stepsOf = (parameters: string) =>
      planSweep(sweep(`method: random, run_cap: 4, parameters: {beta1: {min: 0.0, max: 0.9}${parameters}}`), {
        stepMs: null,
        slots: 1,
      });
    expect(stepsOf('').stepsPerRun).toEqual({ least: 5000, most: 5000 });
    expect(stepsOf(', preset: {value: cpu-tiny}').stepsPerRun).toEqual({ least: 20, most: 20 });
    const mixed = stepsOf(', steps: {values: [100, 300]}');
    expect(mixed).toMatchObject({ stepsPerRun: { least: 100, most: 300 }, expectedSteps: 800 });
  });

  test('a budget ends the sweep where the expected cost reaches it', () => {
    const plan = planSweep(sweep(`${random}, budget: {accelerator_hours: 10}`), { stepMs: 2000, slots: 4 });
    expect(plan.runs).toEqual({ count: 20, exact: false, limitedBy: 'budget' });
    expect(plan.acceleratorHours).toBe(10);
    expect(plan.notes).toContain(
      'The budget of 10 accelerator-hours ends the sweep after about 20 of 90 runs.',
    );
  });

  test('a population trains its intervals, no more members at a time than it has', () => {
    const plan = planSweep(
      sweep(
        'method: pbt, parameters: {beta1: {min: 0.0, max: 0.9}}, pbt: {population: 4, interval: 50, generations: 3}',
      ),
      { stepMs: 1000, slots: 16 },
    );
    expect(plan).toMatchObject({
      runs: { count: 12, exact: true, limitedBy: 'population' },
      parallel: 4,
      expectedSteps: 600,
    });
  });

  test('input that is no number of slots, steps or milliseconds is refused', () => {
    for (const input of [
      { stepMs: 1, slots: 0 },
      { stepMs: 1, slots: 1, evalEvery: 0 },
      { stepMs: 0, slots: 1 },
    ]) {
      expect(() => planSweep(sweep(random), input)).toThrow(RangeError);
    }
  });
});

describe('whatever the definition', () => {
  const rules = fc.constantFrom(
    '',
    ', early_terminate: {type: median}',
    ', early_terminate: {type: asha, max_t: 500, grace_period: 7, reduction_factor: 2.5, brackets: 3}',
    ', early_terminate: {type: hyperband, min_iter: 3, eta: 1.5}',
    ', early_terminate: {type: hyperband, max_iter: 300, s: 3}',
    ', early_terminate: {type: hyperband, max_resource: 400}',
    ', early_terminate: {type: patient, patience: 2, wrapped: {type: asha, max_t: 300}}',
  );

  test('nothing costs more than without the rule, fewer come to each higher rung, and slots cannot shorten a run', () => {
    fc.assert(
      fc.property(
        rules,
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 40 }),
        (rule, steps, cap, evalEvery, slots) => {
          const definition = sweep(
            `method: random, parameters: {steps: {value: ${steps}}, beta1: {min: 0.0, max: 0.9}}, run_cap: ${cap}${rule}`,
          );
          const plan = planSweep(definition, { stepMs: 1000, slots, evalEvery });
          const { expectedSteps, mostSteps, wallHours, acceleratorHours, parallel, rungs } = plan;
          const hair = 1 + 1e-9;
          expect(expectedSteps).toBeGreaterThan(0);
          expect(expectedSteps).toBeLessThanOrEqual((mostSteps ?? 0) * hair);
          expect(acceleratorHours).toBeLessThanOrEqual((wallHours ?? 0) * parallel * hair);
          expect(wallHours).toBeLessThanOrEqual((acceleratorHours ?? 0) * hair);
          for (const [i, rung] of rungs.entries()) {
            expect(rung.runs).toBeLessThanOrEqual(cap * hair);
            expect(rung.step).toBeLessThanOrEqual(steps);
            const before = rungs[i - 1];
            if (before?.bracket !== rung.bracket) continue;
            expect(rung.runs).toBeLessThanOrEqual((before.runs ?? 0) * hair);
            expect(rung.step).toBeGreaterThan(before.step);
          }
        },
      ),
    );
  });

  test('the number of runs of a finite space is what its search gives before it is exhausted', () => {
    const lists = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(
        lists,
        fc.constantFrom('grid', 'random'),
        fc.boolean(),
        fc.integer({ min: 1, max: 20 }),
        (values, method, wanted, cap) => {
          const [first = []] = values;
          const excludes = wanted && first.some((value) => value <= 2) && first.some((value) => value > 2);
          const parameters = values.map((list, i) => `p${i}: {values: ${JSON.stringify(list)}}`);
          const definition = sweep(
            `method: ${method}, parameters: {${parameters.join(', ')}}, run_cap: ${cap}${excludes ? ', exclude: [{p0: {max: 2}}]' : ''}`,
          );
          const search = createSearch(definition);
          const seen = new Set<string>();
          while (seen.size < cap) {
            const suggestion = search.suggest({ runNumber: seen.size + 1, seen, history: [] });
            if (suggestion.kind !== 'assignment') break;
            seen.add(suggestionKey(suggestion));
          }
          const { runs } = planSweep(definition, { stepMs: null, slots: 1 });
          expect([runs.count, runs.exact]).toEqual([seen.size, true]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
