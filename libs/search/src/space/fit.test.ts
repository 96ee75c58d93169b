import { parseSweepDefinition } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { completeAssignment, misfitsOf } from './fit.ts';
import { compileSpace } from './space.ts';

const parsed = parseSweepDefinition(
  {
    method: 'random',
    run_cap: 5,
    parameters: {
      optimizer: { values: ['adam', 'sgd'] },
      momentum: { min: 0.1, max: 0.9, when: { optimizer: 'sgd' } },
      steps: { value: 100 },
      batch: { distribution: 'q_uniform', min: 8, max: 64, q: 8 },
      prompts: { values: [['a', 'b'], ['c']] },
    },
  },
  { accept: 'grammar' },
);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const space = compileSpace(parsed.definition.parameters, 'drawn');
const good = { optimizer: 'adam', steps: 100, batch: 16, prompts: ['a', 'b'] };
const misfits = (assignment: Parameters<typeof misfitsOf>[1]) =>
  misfitsOf(space, assignment).map(({ parameter, expected }) => `${parameter}: ${expected}`);

describe('an assignment from elsewhere', () => {
  test('fits when each active parameter has one of its values, lists among them', () => {
    expect(misfits(good)).toEqual([]);
    expect(misfits({ ...good, optimizer: 'sgd', momentum: 0.5 })).toEqual([]);
  });

  test('does not when one is missing, foreign, out of range, off its grid or not active', () => {
    expect(misfits({ ...good, optimizer: 'sgd' })).toEqual(['momentum: a number from 0.1 to 0.9']);
    expect(misfits({ ...good, momentum: 0.5 })).toEqual(['momentum: nothing, as it needs optimizer sgd']);
    expect(misfits({ ...good, extra: 1 })[0]).toMatch(/^extra: one of optimizer,/);
    expect(misfits({ ...good, batch: 12 })).toEqual(['batch: one of 8 numbers from 8 to 64']);
    expect(misfits({ ...good, batch: 'many' })).toHaveLength(1);
    expect(misfits({ ...good, prompts: ['a'] })).toEqual(['prompts: one of ["a","b"], ["c"]']);
    expect(misfits({ ...good, steps: 200 })).toEqual(['steps: 100']);
  });

  test('every draw of the space fits', async () => {
    const { createRng } = await import('@plumage/contract');
    const rng = createRng(4);
    for (let i = 0; i < 300; i++) expect(misfits(space.draw(rng))).toEqual([]);
  });

  test('is completed by constants and by what its run was configured with, where the parameter is active', () => {
    const others = { optimizer: 'sgd', momentum: 0.3, batch: 24, prompts: ['c'], unrelated: 1 };
    expect(completeAssignment(space, { optimizer: 'adam' }, others)).toEqual({
      ...{ optimizer: 'adam', steps: 100, batch: 24, prompts: ['c'] },
    });
    expect(completeAssignment(space, {}, others)).toMatchObject({ optimizer: 'sgd', momentum: 0.3 });
    expect(completeAssignment(space, { optimizer: 'sgd' })).toEqual({ optimizer: 'sgd', steps: 100 });
  });
});
