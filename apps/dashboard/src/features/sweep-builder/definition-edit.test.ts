import { parseSweepDefinition } from '@plumage/contract';
import { describe, expect, it } from 'vitest';
import {
  addParameter,
  removeParameter,
  renameParameter,
  setField,
  setKind,
  setStopping,
  setTyped,
  setWord,
} from './definition-edit.ts';
import { viewOf } from './definition-view.ts';

const text = `# tried on Tuesday
name: first
method: random
metric: {name: eval/r_precision, goal: maximize}
parameters:
  # the paper says 0.0002
  learning_rate:
    distribution: log_uniform_values
    min: 1e-4
    max: 0.0010
  batch_size:
    values: [16, 32]
  flip:
    value: true
run_cap: 6
`;

const parameter = (source: string, name: string) =>
  viewOf(source)?.parameters.find((one) => one.name === name);

describe('the form reads the text', () => {
  it('shows what is written, in its own notation', () => {
    const view = viewOf(text);
    expect(view).toMatchObject({
      name: 'first',
      method: 'random',
      metricName: 'eval/r_precision',
      runCap: '6',
    });
    expect(parameter(text, 'learning_rate')).toMatchObject({
      kind: 'range',
      fields: { min: '1e-4', max: '0.0010' },
    });
    expect(parameter(text, 'batch_size')).toMatchObject({ kind: 'values', fields: { values: '16, 32' } });
    expect(parameter(text, 'flip')).toMatchObject({ kind: 'value', fields: { value: 'true' } });
  });

  it('shows nothing of a text that is not a mapping', () => {
    for (const broken of ['', 'method: [', '- a\n- b', 'a: b: c']) expect(viewOf(broken)).toBeNull();
  });

  it('leaves groups, conditions and probabilities to the text', () => {
    const grouped =
      'parameters:\n  a:\n    parameters: {b: {value: 1}}\n  c:\n    value: 1\n    when: {d: 1}\n';
    expect(viewOf(grouped)?.parameters.map((one) => one.kind)).toEqual(['group', 'group']);
  });
});

describe('the form writes the text', () => {
  it('changes one place and keeps comments, order and notation', () => {
    const next = setField(text, 'learning_rate', 'max', '5e-3');
    expect(next).toBe(text.replace('0.0010', '5e-3'));
  });

  it('keeps a float a float, so that 0.0 to 1.0 stays continuous', () => {
    const ranged = setKind(addParameter(text, 'cls_weight'), 'cls_weight', 'range');
    expect(ranged).toContain('  cls_weight:\n    distribution: uniform\n    min: 0.0\n    max: 1.0\n');
    const plain = setWord(ranged, ['parameters', 'cls_weight', 'distribution'], '');
    const parsed = parseSweepDefinition(plain, { accept: 'grammar' });
    expect(
      parsed.ok && parsed.definition.parameters.find((one) => one.path === 'cls_weight')?.distribution.kind,
    ).toBe('uniform');
  });

  it('reads a list as one types it, also half typed', () => {
    expect(setField(text, 'batch_size', 'values', '8, 16,')).toContain('values: [8, 16]');
    expect(setField(text, 'batch_size', 'values', 'adam, 0.5, true')).toContain('values: [adam, 0.5, true]');
  });

  it('does not turn half a number into a number', () => {
    expect(parameter(setField(text, 'learning_rate', 'min', '1e-'), 'learning_rate')?.fields.min).toBe('1e-');
    expect(parseSweepDefinition(setField(text, 'learning_rate', 'min', '1e-')).ok).toBe(false);
  });

  it('quotes what would otherwise be another structure', () => {
    for (const odd of ['a: b', '# no', '[x', '- y', '*z']) {
      expect(viewOf(setWord(text, ['name'], odd))?.name).toBe(odd);
    }
  });

  it('adds, renames in place and removes parameters', () => {
    const added = addParameter(text, 'steps');
    expect(viewOf(added)?.parameters.map((one) => one.name)).toEqual([
      'learning_rate',
      'batch_size',
      'flip',
      'steps',
    ]);
    const renamed = renameParameter(added, 'batch_size', 'generator_width');
    expect(viewOf(renamed)?.parameters.map((one) => one.name)).toEqual([
      'learning_rate',
      'generator_width',
      'flip',
      'steps',
    ]);
    expect(renameParameter(added, 'batch_size', 'steps')).toBe(added);
    expect(parameter(removeParameter(text, 'flip'), 'flip')).toBeUndefined();
  });

  it('turns a parameter into another kind without leftovers', () => {
    const values = setKind(text, 'flip', 'values');
    expect(parameter(values, 'flip')).toMatchObject({
      kind: 'values',
      fields: { value: '', values: 'true' },
    });
    const bell = setKind(text, 'learning_rate', 'bell');
    expect(parameter(bell, 'learning_rate')).toMatchObject({
      kind: 'bell',
      fields: { min: '', max: '', sigma: '1' },
    });
  });

  it('starts from nothing', () => {
    let made = setWord('', ['method'], 'random');
    made = setWord(made, ['metric', 'name'], 'g/loss');
    made = setTyped(made, ['run_cap'], '4');
    made = setKind(addParameter(made, 'steps'), 'steps', 'values');
    expect(parseSweepDefinition(made)).toMatchObject({
      ok: true,
      definition: { runCap: 4, method: 'random' },
    });
  });

  it('removes a metric whose last key is removed', () => {
    const bare = setWord(setWord(text, ['metric', 'name'], ''), ['metric', 'goal'], '');
    expect(bare).not.toContain('metric');
  });

  it('takes a stopping rule, another one, and none', () => {
    const median = setStopping(text, 'median');
    expect(viewOf(median)?.stopping).toMatchObject({
      type: 'median',
      options: { n_startup_trials: '5', n_warmup_steps: '500' },
    });
    const asha = setStopping(median, 'asha');
    expect(viewOf(asha)?.stopping?.options).not.toHaveProperty('n_startup_trials');
    expect(setTyped(asha, ['early_terminate', 'grace_period'], '50')).toContain('grace_period: 50');
    expect(setStopping(asha, '')).toBe(setStopping(text, ''));
  });

  it('touches nothing while the text cannot be read', () => {
    const broken = `${text}  : [`;
    expect(setWord(broken, ['name'], 'other')).toBe(broken);
  });
});
