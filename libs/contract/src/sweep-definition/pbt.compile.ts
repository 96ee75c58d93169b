/** `pbt`: the options of population based training in the words of Ray's scheduler, whose defaults they have. */
import { z } from 'zod';
import type { PlacedParameter } from './parameter.compile.ts';
import type { Report } from './problem.ts';
import type { PbtOptions } from './sweep-definition.type.ts';

export const pbtSchema = z
  .strictObject({
    population: z.int().min(2).max(10_000).default(8).describe('Members that train side by side.'),
    interval: z.int().min(1).default(100).describe('Steps that a member trains before it is compared.'),
    generations: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('How often each member trains an interval. Default: as often as the parameter steps needs.'),
    quantile: z
      .number()
      .gt(0)
      .max(0.5)
      .default(0.25)
      .describe('The worst of the population by this share copy one of the best by this share.'),
    resample: z
      .number()
      .min(0)
      .max(1)
      .default(0.25)
      .describe('How likely a copied hyperparameter is drawn anew rather than scaled.'),
    factors: z
      .array(z.number().gt(0))
      .min(1)
      .max(100)
      .default([1.2, 0.8])
      .describe('A number that is not drawn anew is multiplied by one of these.'),
  })
  .describe('With method pbt: population based training.');
type RawPbt = z.output<typeof pbtSchema>;

/** How many steps a run trains: the value of the parameter `steps`; null when it has none, or more than one. */
const writtenSteps = (parameters: readonly PlacedParameter[], report: Report): number | null => {
  const placed = parameters.find(({ definition }) => definition.path === 'steps');
  if (placed === undefined) return null;
  const { distribution } = placed.definition;
  if (distribution.kind === 'constant') {
    return typeof distribution.value === 'number' && distribution.value > 0 ? distribution.value : null;
  }
  const message = 'steps cannot be searched by pbt: all members train equally long';
  report.problem(placed.at, message, 'steps: {value: a number}, or no steps with pbt.generations');
  return null;
};

/**
 * The options with their defaults, for method pbt. Reports what does not fit together.
 *
 * @param sound the section as the schema takes it; null without one
 * @param isWritten whether there is a section: one that is not sound has been reported already
 */
export const compilePbt = (
  sound: RawPbt | null,
  isWritten: boolean,
  parameters: readonly PlacedParameter[],
  report: Report,
): PbtOptions | null => {
  if (sound === null && isWritten) return null;
  const raw = sound ?? pbtSchema.parse({});
  const before = report.problems.length;
  const steps = writtenSteps(parameters, report);
  const needed = steps === null ? null : Math.ceil(steps / raw.interval);
  const generations = raw.generations ?? needed;
  if (report.problems.length > before) return null;
  const at = ['pbt', 'generations'];
  if (generations === null) {
    report.problem(
      at,
      'is missing: nothing says how long a member trains',
      'pbt: {generations}, or a parameter steps with one value',
    );
    return null;
  }
  if (needed !== null && generations > needed) {
    const total = generations * raw.interval;
    const message = `${generations} generations of ${raw.interval} steps are ${total}, but steps is ${steps}`;
    report.problem(at, message, `at most ${needed}, or no generations at all`);
    return null;
  }
  if (generations === 1) {
    const message = 'there is one generation only, so nothing is ever copied';
    report.warn(['pbt', 'interval'], message, 'an interval below steps, or more generations');
  }
  return { ...raw, generations };
};
