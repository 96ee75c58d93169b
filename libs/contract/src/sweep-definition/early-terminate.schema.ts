/**
 * The options of every stopping rule in the words of the program that the rule is known from: Optuna's pruners
 * (median, percentile, patient, threshold, wilcoxon), Ray's ASHA, W&B's hyperband. Defaults are theirs.
 */
import { z } from 'zod';

const count = z.int().min(0);
const positive = z.int().min(1);

const percentileOptions = {
  n_startup_trials: count.default(5).describe('No run is stopped before this many have finished.'),
  n_warmup_steps: count.default(0).describe('No run is stopped before this step.'),
  interval_steps: positive.default(1).describe('Steps between two checks, counted from n_warmup_steps.'),
  n_min_trials: positive.default(1).describe('Finished runs that must have a value at the step.'),
};

const median = z.strictObject({ type: z.literal('median'), ...percentileOptions });
const percentile = z.strictObject({
  type: z.literal('percentile'),
  percentile: z.number().min(0).max(100).default(25).describe('Runs in this best percentile go on.'),
  ...percentileOptions,
});
const asha = z.strictObject({
  type: z.literal('asha'),
  max_t: positive.default(100).describe('Every run ends at this step; the rungs lie below it.'),
  grace_period: positive.default(1).describe('The first rung: no run is stopped before it.'),
  reduction_factor: z.number().gt(1).default(4).describe('The best of so many go on at each rung.'),
  brackets: positive
    .default(1)
    .describe('Runs take turns in so many brackets, each of which begins one rung later.'),
});
const hyperband = z.strictObject({
  type: z.literal('hyperband'),
  min_iter: positive.optional().describe("W&B's: the first band; the others are min_iter * eta^k."),
  max_iter: positive.optional().describe("W&B's: the last step; the bands are max_iter / eta^k."),
  s: positive.optional().describe("W&B's: number of bands below max_iter."),
  eta: z.number().gt(1).default(3).describe("W&B's: runs in the best 1/eta of a band go on."),
  strict: z
    .boolean()
    .default(true)
    .describe("W&B's: judge by the value at the band, not by the best so far."),
  min_resource: positive.optional().describe("Optuna's: the first rung of the first bracket (default 1)."),
  max_resource: positive.optional().describe("Optuna's: the last step of a run that is never stopped."),
  reduction_factor: z.int().min(2).optional().describe("Optuna's: one of so many goes on (default 3)."),
});
const threshold = z.strictObject({
  type: z.literal('threshold'),
  lower: z.number().optional().describe('A run whose newest value is below this is stopped.'),
  upper: z.number().optional().describe('A run whose newest value is above this is stopped.'),
  n_warmup_steps: count.default(0).describe('No run is stopped before this step.'),
  interval_steps: positive.default(1).describe('Steps between two checks, counted from n_warmup_steps.'),
});
const wilcoxon = z.strictObject({
  type: z.literal('wilcoxon'),
  p_threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('A run is stopped when it is worse than the best at less than this p.'),
  n_startup_steps: count.default(2).describe('Steps that both runs must have before they are compared.'),
});
const patient = z.strictObject({
  type: z.literal('patient'),
  patience: count.describe('Reports without an improvement before a run may be stopped.'),
  min_delta: z
    .number()
    .min(0)
    .default(0)
    .describe('A run may get worse by this and still counts as improving.'),
  wrapped: z
    .discriminatedUnion('type', [median, percentile, asha, hyperband, threshold, wilcoxon])
    .optional()
    .describe('The rule that must agree before a run is stopped; without it patience alone decides.'),
});

export const earlyTerminateSchema = z
  .discriminatedUnion('type', [median, percentile, asha, hyperband, patient, threshold, wilcoxon])
  .describe('When a run that lags behind the others is ended early.');

/** A stopping rule with every default filled in; its options keep the names that users write. */
export type StoppingDefinition = z.output<typeof earlyTerminateSchema>;
export type StoppingRuleType = StoppingDefinition['type'];

export const stoppingRuleTypes = [
  'median',
  'percentile',
  'asha',
  'hyperband',
  'patient',
  'threshold',
  'wilcoxon',
] as const satisfies readonly StoppingRuleType[];
