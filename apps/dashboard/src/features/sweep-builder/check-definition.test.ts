import { describe, expect, it } from 'vitest';
import { builtInTrainers, trainers } from '@plumage/contract';
import {
  checkDefinition,
  describeParameter,
  knownParameters,
  problemAt,
  sayProblem,
} from './check-definition.ts';
import { viewOf } from './definition-view.ts';
import { templates } from './templates.ts';
import { trainerChoices } from './trainers.ts';

const problemsOf = (text: string) => {
  const result = checkDefinition(text);
  return result.ok ? [] : result.problems;
};

describe('the check in the browser', () => {
  it('finds nothing wrong with any template', () => {
    for (const template of templates) expect(problemsOf(template.source), template.name).toEqual([]);
  });

  it('has a template, metrics and a name for each trainer of ours', () => {
    for (const trainer of builtInTrainers)
      expect(
        templates.filter(({ source }) => viewOf(source)?.trainer === trainer).length,
        trainer,
      ).toBeGreaterThan(0);
    expect(trainerChoices.map(({ value }) => value)).toEqual([...trainers]);
  });

  it('names the path, the line and what was expected', () => {
    const problems = problemsOf('method: random\nparameters:\n  batch_size:\n    value: 0\n');
    const problem = problemAt(problems, 'parameters.batch_size');
    expect(problem?.line).toBe(4);
    expect(sayProblem(problem ?? { message: '', expected: '' })).toContain('2');
  });

  it('refuses a name that the trainer does not know', () => {
    const problems = problemsOf('method: random\nparameters:\n  learning_rat:\n    value: 0.1\n');
    expect(problemAt(problems, 'parameters')?.expected).toContain('learning_rate');
  });

  it('knows what each hyperparameter is', () => {
    for (const trainer of builtInTrainers) {
      expect(knownParameters(trainer).length).toBeGreaterThan(10);
      for (const name of knownParameters(trainer))
        expect(describeParameter(trainer, name), name).not.toBeNull();
    }
    expect(describeParameter('gan-cls', 'toString')).toBeNull();
    expect(describeParameter('text-encoder', 'cls_weight')).toBeNull();
    expect(knownParameters('command')).toEqual([]);
  });

  it('does not take a path for another that begins alike', () => {
    const problems = [{ path: 'parameters.lr2.min', message: 'm', expected: 'e', line: null }];
    expect(problemAt(problems, 'parameters.lr')).toBeUndefined();
    expect(problemAt(problems, 'parameters.lr2')).toBe(problems[0]);
  });
});
