import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { RunCommand } from '../runs/run.enum.ts';

@ObjectType({ description: 'What became of a report. Sending it again changes nothing.' })
export class ReportPayload {
  @Field(() => Boolean, {
    description: 'Whether it is kept. A lost lease is an error, LEASE_LOST, not false.',
  })
  accepted!: boolean;

  @Field(() => Boolean, { description: 'Whether all of it had been taken before.' })
  duplicate!: boolean;

  @Field(() => RunCommand, { description: 'What the run is told to do, as the next heartbeat would say.' })
  command!: RunCommand;

  @Field(() => String, { nullable: true, description: 'Why.' })
  reason!: string | null;
}

@ObjectType({ description: 'A metric of a run in short: its newest value and the range of all that count.' })
export class MetricSummary {
  @Field(() => String, { description: 'Its key, such as g/loss.' })
  key!: string;

  @Field(() => Int, { description: 'The step of the newest value.' })
  step!: number;

  @Field(() => Float, { nullable: true, description: 'The newest value; null when it is not finite.' })
  last!: number | null;

  @Field(() => Float, { nullable: true, description: 'The smallest finite value.' })
  min!: number | null;

  @Field(() => Float, { nullable: true, description: 'The largest finite value.' })
  max!: number | null;
}

@ObjectType({ description: 'Where an attempt begins on a curve.' })
export class AttemptMark {
  @Field(() => Int, { description: 'Which attempt.' })
  epoch!: number;

  @Field(() => Int, { description: 'The step of the checkpoint that it went on from.' })
  fromStep!: number;
}

@ObjectType({
  description:
    'A curve as columns of equal length, at most one row for each point asked for. A row stands for a range of steps: the smallest, largest and last value in it. Values that are not finite are null.',
})
export class MetricSeries {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => String, { description: 'The metric.' })
  key!: string;

  @Field(() => Int, { description: 'How many points the rows stand for.' })
  totalPoints!: number;

  @Field(() => [Int], { description: 'The last step of each row.' })
  steps!: number[];

  @Field(() => [Float], {
    description:
      'The axis asked for: the step; milliseconds since 1970; or milliseconds since the first point.',
  })
  x!: number[];

  @Field(() => [Float], { nullable: 'items', description: 'The smallest finite value of each row.' })
  min!: (number | null)[];

  @Field(() => [Float], { nullable: 'items', description: 'The largest finite value of each row.' })
  max!: (number | null)[];

  @Field(() => [Float], { nullable: 'items', description: 'The last value of each row.' })
  last!: (number | null)[];

  @Field(() => [AttemptMark], { description: 'Where its attempts begin.' })
  attempts!: AttemptMark[];
}

@ObjectType({ description: 'Points were added to a run: ask for its series from here on.' })
export class MetricsAppended {
  @Field(() => String, { description: 'Give it back as `after` to go on from here.' })
  cursor!: string;

  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => Int, { description: 'The first step of the points.' })
  fromStep!: number;

  @Field(() => Int, { description: 'The last step of the points.' })
  toStep!: number;
}
