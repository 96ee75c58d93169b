import { describe, expect, it } from 'vitest';
import {
  checkDefinition,
  describeParameter,
  knownParameters,
  problemAt,
  sayProblem,
} from './check-definition.ts';
import { templates } from './templates.ts';

const problemsOf = (text: string) => {
  const result = checkDefinition(text);
  return result.ok ? [] : result.problems;
};

describe('the check in the browser', () => {
  it('finds nothing wrong with any template', () => {
    for (const template of templates) expect(problemsOf(template.source), template.name).toEqual([]);
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
    expect(knownParameters.length).toBeGreaterThan(20);
    for (const name of knownParameters) expect(describeParameter(name), name).not.toBeNull();
    expect(describeParameter('toString')).toBeNull();
  });

  it('does not take a path for another that begins alike', () => {
    const problems = [{ path: 'parameters.lr2.min', message: 'm', expected: 'e', line: null }];
    expect(problemAt(problems, 'parameters.lr')).toBeUndefined();
    expect(problemAt(problems, 'parameters.lr2')).toBe(problems[0]);
  });
});
