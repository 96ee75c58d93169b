/**
 * Parameter importance by functional ANOVA (Hutter, Hoos & Leyton-Brown, "An Efficient Approach for Assessing
 * Hyperparameter Importance", ICML 2014): a random forest is fitted to the runs, and since a tree is constant in the
 * boxes of its leaves, the mean of its prediction over all parameters but one or two (the marginal, section 3.1) is a
 * sum over the leaves. A parameter's importance is the variance of its marginal as a share of the tree's, averaged
 * over the trees (algorithm 2).
 *
 * Every place of the search space weighs by the parameters' own distributions. The forest's size and depth are those
 * of Optuna's FanovaImportanceEvaluator. A tree is grown on at most 1,000 runs, drawn anew for each from all, so that
 * more runs cost little more; 64 such trees see nearly all of 10,000.
 */
import { createRng, type ParameterDefinition } from '@plumage/contract';
import { type Column, varies } from './column.ts';
import {
  completeRows,
  hopeless,
  type Importance,
  type InsightRun,
  nothing,
  type PairImportance,
  ranked,
  type Sheet,
  sheetOf,
} from './importance.ts';
import { marginalsOf } from './marginal.ts';
import { growTree, type Leaves, ordersOf, type TreeOptions } from './regression-tree.ts';

const TREES = 64;
const OPTIONS: TreeOptions = { maxDepth: 64, maxDraws: 1_000 };
/** Pairs are formed of so many parameters, the most important ones, and looked at in the first so many trees. */
const PAIRED = 10;
const PAIRED_TREES = 16;

export interface FanovaInput {
  readonly parameters: readonly ParameterDefinition[];
  readonly runs: readonly InsightRun[];
  readonly seed: number;
  /** Whether to look at pairs of parameters too. */
  readonly pairs: boolean;
}

/** With a mean of 0 and a variance of 1; 0 where they are all (nearly) the same. */
const standardised = (values: Float64Array): Float64Array => {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const scaled = values.map((value) => value / largest);
  const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
  const deviation = Math.sqrt(scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scaled.length);
  return scaled.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
};

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const deviationOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
};

/** Shares of the pairs among `chosen`, averaged over the trees. */
function* pairsOf(
  columns: readonly Column[],
  trees: readonly Leaves[],
  chosen: readonly number[],
): Generator<undefined, PairImportance[]> {
  const pairs = chosen.flatMap((a, i) => chosen.slice(i + 1).map((b) => ({ a, b, sum: 0 })));
  for (const leaves of trees) {
    const marginals = marginalsOf(columns, leaves);
    for (const pair of pairs) pair.sum += marginals.interaction(pair.a, pair.b) / marginals.variance;
    yield;
  }
  const pathOf = (i: number): string => columns[i]?.path ?? '';
  return pairs
    .map(({ a, b, sum }) => ({ a: pathOf(a), b: pathOf(b), share: sum / trees.length }))
    .sort((one, other) => other.share - one.share);
}

function* evaluate(sheet: Sheet, { seed, pairs }: FanovaInput): Generator<undefined, Importance> {
  const { columns } = sheet;
  const rng = createRng(seed, 'fanova');
  const targets = standardised(sheet.values);
  const orders = ordersOf(columns, targets.length);
  const trees: Leaves[] = [];
  const shares: number[][] = columns.map(() => []);
  for (let tree = 0; tree < TREES; tree++) {
    const leaves = growTree({ columns, orders, targets }, rng, OPTIONS);
    const marginals = marginalsOf(columns, leaves);
    yield;
    if (!(marginals.variance > 0)) continue;
    if (pairs && trees.length < PAIRED_TREES) trees.push(leaves);
    for (const [i, own] of shares.entries()) own.push(marginals.main(i) / marginals.variance);
  }
  const means = shares.map((own) => (own.length === 0 ? 0 : meanOf(own)));
  const sum = means.reduce((all, mean) => all + mean, 0);
  if (!(sum > 0)) return nothing(targets.length, 'The parameters alone explain nothing of the values.');
  const parameters = columns.map(({ path }, i) => ({
    path,
    importance: (means[i] ?? 0) / sum,
    variance: { share: means[i] ?? 0, deviation: deviationOf(shares[i] ?? []) },
  }));
  const byMean = [...columns.keys()].filter((i) => varies(columns[i] as Column));
  byMean.sort((a, b) => (means[b] ?? 0) - (means[a] ?? 0));
  return {
    runs: targets.length,
    parameters: ranked(parameters),
    pairs: pairs ? yield* pairsOf(columns, trees, byMean.slice(0, PAIRED)) : [],
    reason: null,
  };
}

/** Yields after each tree, so that a server can see to others in between; the same seed gives the same figures. */
export function* fanovaSteps(input: FanovaInput): Generator<undefined, Importance> {
  const sheet = completeRows(sheetOf(input.parameters, input.runs));
  const reason = hopeless(sheet);
  return reason === null ? yield* evaluate(sheet, input) : nothing(sheet.values.length, reason);
}

export const fanova = (input: FanovaInput): Importance => {
  const steps = fanovaSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
};
