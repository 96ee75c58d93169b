/**
 * The grammar of a sweep's definition as a user writes it, in YAML or JSON: W&B's keys with W&B's meanings, and
 * ours. The one schema from which types, validation and the editors' JSON Schema come. What depends on two keys at
 * once (min below max, keys that a distribution does not know) is checked in parameter.compile.ts.
 */
import { z } from 'zod';
import { earlyTerminateSchema } from './early-terminate.schema.ts';
import { requiresSchema } from './requires.schema.ts';
import { sweepMethods, trainers, type DistributionKind } from './sweep-definition.type.ts';

/** Minus zero is zero, so that equal values have equal text. */
const number = z.number().overwrite((x) => (x === 0 ? 0 : x));
const scalar = z.union([number, z.string(), z.boolean()], {
  error: 'a number, a text, true or false',
});

const parameterValue = z.union([scalar, z.array(scalar).max(1000)], {
  error: 'a number, a text, true, false, or a list of these',
});

export const distributionKinds = [
  'constant',
  'categorical',
  'int_uniform',
  'uniform',
  'q_uniform',
  'log_uniform',
  'log_uniform_values',
  'q_log_uniform',
  'q_log_uniform_values',
  'inv_log_uniform',
  'inv_log_uniform_values',
  'normal',
  'q_normal',
  'log_normal',
  'q_log_normal',
] as const satisfies readonly DistributionKind[];

const parameterName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/);

export const whenSchema = z
  .record(parameterName, z.union([scalar, z.array(scalar).min(1)], { error: 'a value or a list of values' }))
  .describe('Active only if each named parameter (dotted path) has the value, or one of the values.');

/** One parameter: a search constraint, or a group of nested `parameters`. */
export const parameterSchema = z.strictObject({
  value: parameterValue.optional().describe('The only value.'),
  values: z.array(parameterValue).min(1).max(100_000).optional().describe('All values.'),
  probabilities: z.array(z.number().min(0)).min(1).optional().describe('One weight for each of values.'),
  distribution: z
    .enum([...distributionKinds, 'categorical_w_probabilities'])
    .optional()
    .describe('Default: constant for value, categorical for values, int_uniform or uniform for min and max.'),
  min: number.optional(),
  max: number.optional(),
  mu: number.optional().describe('Mean, of the logarithm for log_normal. Default 0.'),
  sigma: number.optional().describe('Standard deviation. Default 1.'),
  q: z.number().gt(0).optional().describe('Values are rounded to multiples of q. Default 1.'),
  when: whenSchema.optional(),
  get parameters() {
    return z.record(parameterName, parameterSchema).optional();
  },
});
export type RawParameter = z.output<typeof parameterSchema>;

const ignored = z
  .unknown()
  .optional()
  .describe("Accepted so that W&B's files work as they are; has no effect.");

const metricSchema = z.strictObject({
  name: z.string().min(1),
  goal: z.enum(['minimize', 'maximize']).default('minimize'),
  target: number.optional().describe('Once a run reaches it no new run starts.'),
  impute: ignored,
  impute_while_running: ignored,
});

const commandEntry = z
  .union([z.string().max(10_000), z.number(), z.boolean()], { error: 'a text of at most 10,000 characters' })
  .transform(String);

/** The whole definition. `bayes` is W&B's word for the Gaussian process and compiles to `gp`. */
export const sweepSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(10_000).optional(),
  method: z.enum([...sweepMethods, 'bayes']),
  metric: metricSchema.optional(),
  parameters: z.record(parameterName, parameterSchema),
  early_terminate: earlyTerminateSchema.optional(),
  run_cap: z.int().min(1).optional().describe('The most runs that the sweep will ever have.'),
  concurrency: z.int().min(1).optional().describe('The most runs at one time.'),
  max_failures: z.int().min(0).max(100).default(3).describe('How often one run may be tried again.'),
  seed: z.int().min(0).default(0).describe('Determines every suggestion, with the number of the run.'),
  warm_start: z
    .union([z.string().min(1), z.array(z.string().min(1))], { error: 'the id of a sweep, or a list' })
    .optional(),
  trainer: z.enum(trainers).default('gan-cls'),
  program: z.string().min(1).max(10_000).optional().describe('With trainer command: the program to run.'),
  command: z
    .array(commandEntry)
    .min(1)
    .max(1_000)
    .optional()
    .describe("With trainer command: program and arguments, with W&B's macros such as ${args}."),
  dataset: z.string().min(1).max(200).optional(),
  requires: requiresSchema.optional(),
  objective_at: z
    .union([z.enum(['last', 'best']), z.int().min(0)], { error: 'last, best or a step' })
    .default('last')
    .describe("Which point of the metric's curve is the objective."),
  priority: z.int().min(-100).max(100).default(0).describe('Higher is served first.'),
  entity: ignored,
  project: ignored,
  apiVersion: ignored,
  kind: ignored,
  controller: ignored,
});

/** Keys of W&B's that are read over with a warning. */
export const ignoredKeys = ['entity', 'project', 'apiVersion', 'kind', 'controller'] as const;

/** The grammar as JSON Schema (draft 2020-12), for editors that complete and check while one types. */
export const sweepJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(sweepSchema, { io: 'input' }),
});
