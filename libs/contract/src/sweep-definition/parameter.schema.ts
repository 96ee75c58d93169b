/**
 * The grammar of one parameter, and of the values, names and conditions that other sections speak of. What depends
 * on two keys at once (min below max, keys that a distribution does not know) is checked in distribution.compile.ts.
 */
import { z } from 'zod';
import type { DistributionKind } from './sweep-definition.type.ts';

/** Minus zero is zero, so that equal values have equal text. */
export const number = z.number().overwrite((x) => (x === 0 ? 0 : x));
export const scalar = z.union([number, z.string(), z.boolean()], {
  error: 'a number, a text, true or false',
});

const parameterValue = z.union([scalar, z.array(scalar).max(1000)], {
  error: 'a number, a text, true, false, or a list of these',
});

const distributionKinds = [
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

/** Also of a nested parameter's dotted path. */
export const parameterName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/);

export const whenSchema = z
  .record(
    parameterName,
    z.union([scalar, z.array(scalar).min(1).max(1000)], { error: 'a value or a list of values' }),
  )
  .describe('Active only if each named parameter (dotted path) has the value, or one of the values.');

/** One parameter: a search constraint, or a group of nested `parameters`. */
export const parameterSchema = z
  .strictObject({
    value: parameterValue.optional().describe('The only value.'),
    values: z.array(parameterValue).min(1).max(100_000).optional().describe('All values.'),
    probabilities: z.array(z.number().min(0)).min(1).optional().describe('One weight for each of values.'),
    distribution: z
      .enum([...distributionKinds, 'categorical_w_probabilities'])
      .optional()
      .describe(
        'What the value is drawn from. Default: constant for value, categorical for values, int_uniform for whole min and max, uniform for others.',
      ),
    min: number
      .optional()
      .describe('The smallest value; of log_uniform, q_log_uniform and inv_log_uniform its exponent of e.'),
    max: number
      .optional()
      .describe('The largest value; of log_uniform, q_log_uniform and inv_log_uniform its exponent of e.'),
    mu: number.optional().describe('Mean, of the logarithm for log_normal. Default 0.'),
    sigma: number
      .optional()
      .describe('Standard deviation, of the logarithm for log_normal; more than 0. Default 1.'),
    q: z.number().gt(0).optional().describe('Values are rounded to multiples of q. Default 1.'),
    when: whenSchema.optional(),
    get parameters() {
      return z
        .record(parameterName, parameterSchema)
        .optional()
        .describe('Nested parameters; the path of each is joined with dots.');
    },
  })
  .meta({
    id: 'parameter',
    description: 'A search constraint (value, values, min and max, or a distribution), or nested parameters.',
    // For editors; the compiler says it in words.
    minProperties: 1,
    dependentRequired: { min: ['max'], max: ['min'], probabilities: ['values'] },
    not: {
      anyOf: [
        { required: ['value', 'values'] },
        { required: ['value', 'min'] },
        { required: ['values', 'min'] },
      ],
    },
  });
export type RawParameter = z.output<typeof parameterSchema>;
