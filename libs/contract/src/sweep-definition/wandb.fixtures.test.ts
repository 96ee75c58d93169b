/** Files as users of W&B have them, one for each method and feature of its documentation; all run here unchanged. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSweepDefinition } from './sweep-definition.parse.ts';
import { printSweepDefinition } from './sweep-definition.print.ts';
import { accepted } from './testing/verdict.ts';

const folder = new URL('./fixtures/wandb/', import.meta.url);
const files = readdirSync(folder);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

/** What is told of a file, besides that it is accepted: the keys that the warnings are about. */
const warnings: Readonly<Record<string, readonly string[]>> = {
  'grid.yaml': ['parameters.dropout'],
  'random.yaml': ['entity', 'project', 'run_cap'],
  'bayes-hyperband.yaml': ['run_cap'],
  'local-controller.yaml': [
    'apiVersion',
    'kind',
    'entity',
    'project',
    'controller',
    'metric.impute',
    'metric.impute_while_running',
    'run_cap',
  ],
};

describe("a sweep file of W&B's", () => {
  test.each(files)('%s is accepted as it is', (file) => {
    const result = parseSweepDefinition(read(file));
    if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
    expect(result.definition.trainer).toBe('command');
    expect(result.warnings.map(({ path }) => path).sort()).toEqual([...(warnings[file] ?? [])].sort());
    expect(accepted(printSweepDefinition(result.definition)).definition).toEqual(result.definition);
  });

  test('bayes is a Gaussian process, target and cap are kept, and an endless search is capped at 100', () => {
    expect(accepted(read('bayes.yaml')).definition).toMatchObject({
      method: 'gp',
      metric: { name: 'val/accuracy', goal: 'maximize', target: 0.99 },
      runCap: 40,
    });
    expect(accepted(read('random.yaml')).definition.runCap).toBe(100);
    expect(accepted(read('grid.yaml')).definition.runCap).toBeNull();
  });

  test('distributions, nesting and anchors mean what they mean there', () => {
    const kinds = (file: string) =>
      Object.fromEntries(
        accepted(read(file)).definition.parameters.map((p) => [p.path, p.distribution.kind]),
      );
    for (const [path, kind] of Object.entries(kinds('distributions.yaml'))) {
      expect(path.replace('_default', '')).toBe(kind);
    }
    expect(kinds('nested-parameters.yaml')).toEqual({
      'optimizer.name': 'categorical',
      'optimizer.schedule.warmup': 'int_uniform',
      'optimizer.schedule.decay': 'uniform',
      'data.seed': 'constant',
    });
    expect(new Set(Object.values(kinds('anchors.yaml')))).toEqual(new Set(['uniform']));
  });

  test('a program alone is run as W&B runs it, and the macros stay for the agent to fill in', () => {
    expect(accepted(read('random.yaml')).definition.command).toEqual([
      '${env}',
      '${interpreter}',
      'train.py',
      '${args}',
    ]);
    expect(accepted(read('command-macros.yaml')).definition.command).toContain('--data=${envvar:HOME}/data');
  });
});
