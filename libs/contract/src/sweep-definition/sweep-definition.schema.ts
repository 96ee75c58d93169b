/**
 * The grammar of a sweep's definition as a user writes it, in YAML or JSON: W&B's keys with W&B's meanings, and
 * ours. The one schema from which types, validation and the editors' JSON Schema come. What depends on two keys at
 * once is checked in *.compile.ts and *.check.ts.
 */
import { z } from 'zod';
import { trainers } from '../hyperparameters/trainers.ts';
import { budgetSchema } from './budget.schema.ts';
import { earlyTerminateSchema } from './early-terminate.schema.ts';
import { excludeSchema } from './exclusion.compile.ts';
import { ignored, metricSchema, metricsSchema } from './metric.compile.ts';
import { parameterName, parameterSchema } from './parameter.schema.ts';
import { pbtSchema } from './pbt.compile.ts';
import { requiresSchema } from './requires.schema.ts';
import { sweepMethods } from './sweep-definition.type.ts';

const commandEntry = z
  .union([z.string().max(10_000), z.number(), z.boolean()], { error: 'a text of at most 10,000 characters' })
  .transform(String);

/** The whole definition. `bayes` is W&B's word for the Gaussian process and compiles to `gp`. */
export const sweepSchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional().describe('What the sweep is called; need not be unique.'),
    description: z.string().max(10_000).optional().describe('What it is for.'),
    method: z.enum([...sweepMethods, 'bayes']).describe("How values are chosen. bayes is W&B's word for gp."),
    metric: metricSchema.optional(),
    metrics: metricsSchema.optional(),
    parameters: z
      .record(parameterName, parameterSchema)
      .meta({ minProperties: 1 })
      .describe('What is searched. The order is that of a grid: the last varies fastest.'),
    early_terminate: earlyTerminateSchema.optional(),
    run_cap: z.int().min(1).optional().describe('The most runs that the sweep will ever have.'),
    budget: budgetSchema.optional(),
    exclude: excludeSchema.optional(),
    pbt: pbtSchema.optional(),
    concurrency: z.int().min(1).optional().describe('The most runs at one time.'),
    max_failures: z.int().min(0).max(100).default(3).describe('How often one run may be tried again.'),
    seed: z.int().min(0).default(0).describe('Determines every suggestion, with the number of the run.'),
    warm_start: z
      .union([z.string().min(1), z.array(z.string().min(1))], { error: 'the id of a sweep, or a list' })
      .optional()
      .describe('Ids of earlier sweeps whose results the search knows from the start.'),
    trainer: z
      .enum(trainers)
      .optional()
      .describe('What trains. Default: command where there is a program or command, else gan-cls.'),
    program: z.string().min(1).max(10_000).optional().describe('With trainer command: the program to run.'),
    command: z
      .array(commandEntry)
      .min(1)
      .max(1_000)
      .optional()
      .describe("With trainer command: program and arguments, with W&B's macros such as ${args}."),
    dataset: z.string().min(1).max(200).optional().describe('What a built-in trainer trains on.'),
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
  })
  .describe('A Plumage sweep: what is trained, over which parameters, and how they are searched.');
type RawSweep = z.output<typeof sweepSchema>;

/** The sections that the schema takes; one that is absent or refused is undefined. */
export type SoundSweep = { readonly [Key in keyof RawSweep]?: RawSweep[Key] | undefined };

/** Keys of W&B's that are read over with a warning. */
export const ignoredKeys = ['entity', 'project', 'apiVersion', 'kind', 'controller'] as const;

/** Methods that learn from results, as the editors' schema has them; method.check.ts says it in words. */
const needsMetric = {
  if: {
    required: ['method'],
    properties: { method: { enum: ['tpe', 'gp', 'bayes', 'cmaes', 'pbt', 'nsga2'] } },
  },
  then: { anyOf: [{ required: ['metric'] }, { required: ['metrics'] }] },
};

/** The grammar as JSON Schema (draft 2020-12), for editors that complete and check while one types. */
export const sweepJsonSchema = (): Record<string, unknown> => {
  const schema = z.toJSONSchema(sweepSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // Zod bounds whole numbers by what a double can hold, which tells nobody anything.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return {
    title: 'Plumage sweep',
    ...schema,
    allOf: [needsMetric, { not: { required: ['metric', 'metrics'] } }],
  };
};
