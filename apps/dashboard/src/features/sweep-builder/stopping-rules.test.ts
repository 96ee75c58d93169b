import { parseSweepDefinition } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import { isRule, ruleOf, ruleOptions, ruleStarters, stoppingRules } from './stopping-rules.ts';

describe('stopping rules in a form', () => {
  it('each says what it does, and has the options of the grammar with their defaults', () => {
    expect(stoppingRules.map(({ type }) => type)).toContain('asha');
    for (const { type, about } of stoppingRules) {
      expect(about, type).not.toBe('');
      expect(ruleOptions(type), type).not.toEqual([]);
    }
    expect(ruleOptions('asha').find(({ key }) => key === 'grace_period')).toEqual({
      key: 'grace_period',
      about: 'The first rung: no run is stopped before it.',
      usual: '1',
      kind: 'number',
    });
  });

  it('each is accepted as it begins', () => {
    for (const { type } of stoppingRules) {
      const parsed = parseSweepDefinition({
        method: 'random',
        run_cap: 4,
        metric: { name: 'g/loss', goal: 'minimize' },
        parameters: { learning_rate: { min: 0.001, max: 0.01 } },
        early_terminate: { type, ...ruleStarters[type] },
      });
      expect(parsed.ok ? [] : parsed.problems, type).toEqual([]);
    }
  });

  it('what was typed becomes the rule; what was not is left to its default', () => {
    expect(ruleOf('hyperband', { min_iter: ' 3 ', strict: 'false', eta: '' })).toEqual({
      type: 'hyperband',
      min_iter: 3,
      strict: false,
    });
    expect(ruleOf('asha', { max_t: 'many' })).toEqual({ type: 'asha', max_t: 'many' });
  });

  it('a name that is no rule has no options', () => {
    expect(isRule('toString')).toBe(false);
    expect(ruleOptions('nothing')).toEqual([]);
  });
});
