import { readFileSync } from 'node:fs';
import type { Assignment, ParameterDefinition } from '@plumage/contract';
import { describe, expect, test } from 'vitest';
import { fanova } from './fanova.ts';
import type { Importance } from './importance.ts';
import { pedAnova } from './ped-anova.ts';

interface GoldenStudy {
  readonly name: string;
  readonly goal: 'minimize' | 'maximize';
  readonly parameters: readonly ParameterDefinition[];
  readonly runs: readonly { readonly assignment: Assignment; readonly value: number }[];
  readonly pedAnova: Readonly<Record<string, number>>;
  /** Means over Optuna's seeds. */
  readonly fanova?: Readonly<Record<string, number>>;
}

/** Made by tools/golden/insight.py with Optuna itself. */
const golden: { readonly madeBy: { readonly optuna: string }; readonly cases: readonly GoldenStudy[] } =
  JSON.parse(readFileSync(new URL('./importance.golden.json', import.meta.url), 'utf8'));

const SEEDS = [1, 2, 3, 4, 5];

const byPath = ({ parameters }: Importance): Record<string, number> =>
  Object.fromEntries(parameters.map(({ path, importance }) => [path, importance]));

const meanOverSeeds = ({ parameters, runs }: GoldenStudy): Record<string, number> => {
  const each = SEEDS.map((seed) => byPath(fanova({ parameters, runs, seed, pairs: false })));
  return Object.fromEntries(
    parameters.map(({ path }) => [path, each.reduce((sum, one) => sum + (one[path] ?? 0), 0) / SEEDS.length]),
  );
};

/** The largest difference between two sets of importances. */
const distance = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): number =>
  Math.max(...Object.keys({ ...a, ...b }).map((path) => Math.abs((a[path] ?? 0) - (b[path] ?? 0))));

const isMixed = ({ parameters }: GoldenStudy): boolean =>
  parameters.some(({ distribution }) => distribution.kind === 'categorical');

const withFanova = golden.cases.filter((study) => study.fanova !== undefined);

describe(`importance against Optuna ${golden.madeBy.optuna}`, () => {
  test.each(withFanova.filter((study) => !isMixed(study)))('fANOVA within 0.03: $name', (study) => {
    expect(distance(meanOverSeeds(study), study.fanova ?? {})).toBeLessThan(0.03);
  });

  // Optuna's forest sees a category as columns of 0 and 1 of which it takes any combination to be possible, none and
  // all at once included; which shifts the shares. fanova.test.ts holds ours against the functions themselves.
  test.each(withFanova.filter(isMixed))('fANOVA within 0.07, in the same order: $name', (study) => {
    const own = meanOverSeeds(study);
    const optuna = study.fanova ?? {};
    expect(distance(own, optuna)).toBeLessThan(0.07);
    const order = (of: Readonly<Record<string, number>>) =>
      Object.keys(own).sort((a, b) => (of[b] ?? 0) - (of[a] ?? 0));
    expect(order(own)).toEqual(order(optuna));
  });

  test.each(golden.cases)('PED-ANOVA to the last digits, conditional parameters included: $name', (study) => {
    expect(distance(byPath(pedAnova(study)), study.pedAnova)).toBeLessThan(1e-9);
  });
});
