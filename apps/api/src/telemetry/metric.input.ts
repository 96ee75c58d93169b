import { Field, Float, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { LeaseRef } from '../runs/lease.input.ts';
import { MeasureScalar } from '../schema/scalars.ts';

const SeriesAxis = { STEP: 'STEP', TIME: 'TIME', RELATIVE_TIME: 'RELATIVE_TIME' } as const;
type SeriesAxis = keyof typeof SeriesAxis;
registerEnumType(SeriesAxis, {
  name: 'SeriesAxis',
  description:
    'STEP: training steps; TIME: milliseconds since 1970; RELATIVE_TIME: milliseconds since the first point.',
});
export { SeriesAxis };

@InputType({ description: 'Points of one metric, as columns of equal length.' })
export class MetricColumnInput {
  @Field(() => String, { description: 'Its key, such as g/loss; 1 to 200 characters.' })
  key!: string;

  @Field(() => [Int], { description: 'Steps, at least 0.' })
  steps!: number[];

  @Field(() => [MeasureScalar], { description: 'Values; may be "NaN", "Infinity" or "-Infinity".' })
  values!: number[];

  @Field(() => [Float], { description: "Milliseconds since 1970, by the agent's clock." })
  times!: number[];
}

@InputType({ description: 'A batch of metric points.' })
export class ReportMetricsInput {
  @Field(() => LeaseRef, { description: 'The lease.' })
  lease!: LeaseRef;

  @Field(() => Int, {
    description:
      "Number of the batch in this epoch: one that was taken before is not taken again. An agent and its run's own token count apart.",
  })
  sequence!: number;

  @Field(() => [MetricColumnInput], { description: 'At most 256 metrics and 100,000 points.' })
  columns!: MetricColumnInput[];
}

@InputType({ description: 'Which curves, and how fine.' })
export class SeriesInput {
  @Field(() => [ID], { description: 'At most 200 runs.' })
  runIds!: string[];

  @Field(() => [String], { description: 'At most 50 metrics.' })
  keys!: string[];

  @Field(() => SeriesAxis, { nullable: true, defaultValue: 'STEP', description: 'What x is.' })
  axis?: SeriesAxis | null;

  @Field(() => Int, { nullable: true, defaultValue: 400, description: 'Rows a curve at most, 1 to 10,000.' })
  points?: number | null;

  @Field(() => Int, { nullable: true, description: 'From this step on.' })
  minStep?: number | null;

  @Field(() => Int, { nullable: true, description: 'Up to this step.' })
  maxStep?: number | null;
}
