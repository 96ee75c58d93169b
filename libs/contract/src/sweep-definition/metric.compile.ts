/** `metric`, or `metrics` for a search that has several objectives. */
import { z } from 'zod';
import { number } from './parameter.schema.ts';
import type { Report } from './problem.ts';
import type { SweepMetric } from './sweep-definition.type.ts';

export const ignored = z
  .unknown()
  .optional()
  .describe("Accepted so that W&B's files work as they are; has no effect.");

export const metricSchema = z
  .strictObject({
    name: z.string().min(1).describe('Of a metric that the runs report.'),
    goal: z.enum(['minimize', 'maximize']).default('minimize').describe('Which way is better.'),
    target: number.optional().describe('Once a run reaches it no new run starts.'),
    impute: ignored,
    impute_while_running: ignored,
  })
  .describe('What runs are ranked by.');
type RawMetric = z.output<typeof metricSchema>;

export const metricsSchema = z
  .array(metricSchema)
  .min(2)
  .max(4)
  .describe('Two to four objectives instead of metric: a search for the Pareto front.');

/** All objectives, the one that runs are ranked by first. */
export const compileMetrics = (
  metric: RawMetric | null,
  metrics: readonly RawMetric[] | null,
  report: Report,
): SweepMetric[] => {
  if (metric !== null && metrics !== null) {
    report.problem(['metrics'], 'stands beside metric', 'metric for one objective, or metrics for several');
  }
  const written = metrics ?? (metric === null ? [] : [metric]);
  const names = written.map(({ name }) => name);
  names.forEach((name, i) => {
    if (names.indexOf(name) < i) {
      report.problem(['metrics', i, 'name'], `names ${name} twice`, 'each metric once', name);
    }
  });
  return written.map(({ name, goal, target }) => ({ name, goal, target: target ?? null }));
};
