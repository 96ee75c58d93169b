/** A sweep's runs as columns for charts: one entry for each run that has what is asked for. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { AxisScale, MetricGoal } from './insight.enum.ts';

@ObjectType({ description: 'A parameter as an axis of a chart.' })
export class ParameterAxis {
  @Field(() => String, { description: 'Its dotted path.' })
  path!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Names of its values; places on the axis are positions in this list. Null: numbers.',
  })
  categories!: string[] | null;

  @Field(() => AxisScale, {
    description: 'LOG where the parameter is drawn on a logarithmic scale and all values are above 0.',
  })
  scale!: AxisScale;
}

@ObjectType({ description: 'Runs in columns of equal length.' })
abstract class RunColumns {
  @Field(() => [ID], { description: 'The runs.' })
  runIds!: string[];

  @Field(() => [Int], { description: 'Their numbers.' })
  numbers!: number[];
}

@ObjectType({ description: 'One metric of many runs, in columns of equal length. Only finite values.' })
abstract class MetricColumns extends RunColumns {
  @Field(() => String, { description: 'The metric that was looked at.' })
  metric!: string;

  @Field(() => [Float], { description: 'Its values.' })
  values!: number[];
}

@ObjectType({ description: 'The best value so far, run by run. Columns of equal length.' })
export class BestSoFar extends MetricColumns {
  @Field(() => MetricGoal, { description: 'What is best.' })
  goal!: MetricGoal;

  @Field(() => [Float], { nullable: 'items', description: 'When each ended, in milliseconds since 1970.' })
  endedAt!: (number | null)[];

  @Field(() => [Float], { description: 'The best of the values up to each.' })
  best!: number[];

  @Field(() => [Int], { description: 'The number of the run that has it; of equals the first.' })
  bestNumbers!: number[];
}

@ObjectType({
  description:
    'Runs by two to four metrics, and those among them that no other run beats in all. Columns of equal length, a row for each run that has all the metrics.',
})
export class ParetoFront extends RunColumns {
  @Field(() => [String], { description: 'The metrics that were looked at.' })
  metrics!: string[];

  @Field(() => [MetricGoal], { description: 'What is good, for each metric.' })
  goals!: MetricGoal[];

  @Field(() => [[Float]], { description: 'A column for each metric.' })
  values!: number[][];

  @Field(() => [Boolean], {
    description: 'Whether the run is on the front: none is at least as good everywhere and better somewhere.',
  })
  onFront!: boolean[];

  @Field(() => [Float], {
    description:
      'The point from which the hypervolume is measured: as asked for, or the worst value of each metric.',
  })
  reference!: number[];

  @Field(() => Float, {
    nullable: true,
    description:
      'The volume between the front and the reference. Null for a front too large to measure: over 1,000 different points of three or four metrics.',
  })
  hypervolume!: number | null;
}

@ObjectType({
  description:
    'One parameter against a metric: a row for each run in which it is active. Columns of equal length.',
})
export class ParameterSlice extends MetricColumns {
  @Field(() => MetricGoal, { description: 'What is best.' })
  goal!: MetricGoal;

  @Field(() => ParameterAxis, { description: 'The parameter.' })
  axis!: ParameterAxis;

  @Field(() => [Float], { description: "Each run's place on the axis." })
  x!: number[];

  @Field(() => [Float], { description: '1 is the best run; equals share the mean of their ranks.' })
  ranks!: number[];

  @Field(() => Int, { description: 'Runs with a value in which the parameter is inactive: left out.' })
  inactive!: number;
}

@ObjectType({
  description:
    'A metric over two parameters: the runs, in columns of equal length, and a grid interpolated between them by inverse distance weighting.',
})
export class ParameterContour extends MetricColumns {
  @Field(() => MetricGoal, { description: 'What is best.' })
  goal!: MetricGoal;

  @Field(() => ParameterAxis, { description: 'The parameter to the right.' })
  xAxis!: ParameterAxis;

  @Field(() => ParameterAxis, { description: 'The parameter upwards.' })
  yAxis!: ParameterAxis;

  @Field(() => [Float], { description: "Each run's place on the x axis." })
  x!: number[];

  @Field(() => [Float], { description: "Each run's place on the y axis." })
  y!: number[];

  @Field(() => [Float], { description: '1 is the best run; equals share the mean of their ranks.' })
  ranks!: number[];

  @Field(() => [Float], { description: "Where the grid's columns stand on the x axis." })
  gridX!: number[];

  @Field(() => [Float], { description: "Where the grid's rows stand on the y axis." })
  gridY!: number[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'Row by row: cell (i, j) at j * length of gridX + i. Null where no run is near.',
  })
  grid!: (number | null)[];
}

@ObjectType({
  description: 'The empirical distribution of a metric, the smallest value first. Columns of equal length.',
})
export class MetricDistribution extends MetricColumns {
  @Field(() => [Float], { description: 'The share of the runs that are at or below each value.' })
  shares!: number[];
}
