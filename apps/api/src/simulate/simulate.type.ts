import { createUnionType, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { JsonScalar } from '../schema/scalars.ts';
import { SweepInvalid } from '../sweeps/sweep.type.ts';

@ObjectType({ description: 'A rung of the stopping rule and how many runs are expected to come to it.' })
export class PlannedRung {
  @Field(() => Int, { description: 'Which ladder of rungs, from 0.' })
  bracket!: number;

  @Field(() => Int, { description: 'Its number in the ladder, from 0.' })
  rung!: number;

  @Field(() => Int, { description: 'The step at which runs are judged.' })
  step!: number;

  @Field(() => Float, { nullable: true, description: 'Runs expected here; null: their number is not known.' })
  runs!: number | null;

  @Field(() => Float, { description: 'The share of them that goes on.' })
  goesOn!: number;
}

@ObjectType({
  description: 'What a sweep will take, before it starts. Null is what cannot be known beforehand.',
})
export class SweepPlan {
  @Field(() => Int, { nullable: true, description: 'Runs; null: without a limit that can be told.' })
  runs!: number | null;

  @Field(() => Boolean, { description: 'False: an estimate, or an upper bound.' })
  runsAreExact!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'What ends the sweep: space, run_cap, population or budget.',
  })
  limitedBy!: string | null;

  @Field(() => Int, { description: 'Slots that the plan reckons with.' })
  slots!: number;

  @Field(() => Int, { description: 'Runs at one time.' })
  parallel!: number;

  @Field(() => Int, { nullable: true, description: 'Steps of the shortest run that is not stopped.' })
  leastSteps!: number | null;

  @Field(() => Int, { nullable: true, description: 'Steps of the longest run.' })
  mostSteps!: number | null;

  @Field(() => [PlannedRung], { description: 'By bracket and step; empty for a rule without rungs.' })
  rungs!: PlannedRung[];

  @Field(() => Float, { nullable: true, description: 'Training steps of all runs, with the stopping rule.' })
  expectedSteps!: number | null;

  @Field(() => Float, { nullable: true, description: 'Training steps if no run were stopped.' })
  stepsWithoutStopping!: number | null;

  @Field(() => Float, { nullable: true, description: 'Hours by the clock.' })
  wallHours!: number | null;

  @Field(() => Float, { nullable: true, description: 'Hours of slots at work.' })
  acceleratorHours!: number | null;

  @Field(() => Float, { nullable: true, description: 'Hours of slots at work if no run were stopped.' })
  acceleratorHoursWithoutStopping!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Milliseconds a step that the hours are reckoned with.',
  })
  stepMs!: number | null;

  @Field(() => String, { description: 'Where that comes from.' })
  stepMsFrom!: string;

  @Field(() => [String], { description: 'What one should know of these figures.' })
  notes!: string[];
}

export const PlanSweepResult = createUnionType({
  name: 'PlanSweepResult',
  description: 'The plan of a sweep, or what is wrong with its definition.',
  types: () => [SweepPlan, SweepInvalid] as const,
});

@ObjectType({
  description:
    "A sweep's recorded curves under another stopping rule. Runs in columns of equal length, by their numbers.",
})
export class StoppingReplay {
  @Field(() => JsonScalar, { description: 'The rule with every default filled in.' })
  rule!: unknown;

  @Field(() => String, { description: 'The outcome in words.' })
  sentence!: string;

  @Field(() => [ID], { description: 'The runs.' })
  runIds!: string[];

  @Field(() => [Int], { description: 'Their numbers in the sweep.' })
  runNumbers!: number[];

  @Field(() => [Boolean], { description: 'Whether the rule would have stopped each.' })
  stopped!: boolean[];

  @Field(() => [Int], { description: 'Steps that each would have trained.' })
  steps!: number[];

  @Field(() => [Int], { description: 'Steps that each has trained.' })
  stepsRecorded!: number[];

  @Field(() => [String], {
    nullable: 'items',
    description: 'Why: the decision that stopped it, or the last that compared it.',
  })
  sentences!: (string | null)[];

  @Field(() => Int, { description: 'How many it would have stopped.' })
  stoppedCount!: number;

  @Field(() => Float, { description: 'Steps of all runs that it would have saved.' })
  stepsSaved!: number;

  @Field(() => Float, { description: 'Steps of all runs as they were.' })
  totalSteps!: number;

  @Field(() => Float, { description: 'Time at work that it would have saved, in milliseconds.' })
  savedMs!: number;

  @Field(() => Float, { description: 'Time at work as it was, in milliseconds.' })
  totalMs!: number;

  @Field(() => Int, { nullable: true, description: 'Number of the best run that has finished.' })
  bestRun!: number | null;

  @Field(() => Float, { nullable: true, description: 'Its objective.' })
  bestObjective!: number | null;

  @Field(() => Int, { nullable: true, description: 'Number of the best run that the rule would have kept.' })
  bestKeptRun!: number | null;

  @Field(() => Float, { nullable: true, description: 'Its objective.' })
  bestKeptObjective!: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the two are one; null without a best run.' })
  bestSurvives!: boolean | null;

  @Field(() => Int, {
    description:
      'Runs that were ended early in truth and that the rule would have let go on, nobody knows how far: savings are an upper bound then.',
  })
  endedBefore!: number;
}

export const ReplayStoppingResult = createUnionType({
  name: 'ReplayStoppingResult',
  description: 'A replay, or what is wrong with the rule.',
  types: () => [StoppingReplay, SweepInvalid] as const,
});
