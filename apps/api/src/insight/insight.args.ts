/** Arguments that the figures of a sweep share. */
import { ArgsType, Field } from 'type-graphql';
import { RunState } from '../runs/run.enum.ts';
import { MetricGoal } from './insight.enum.ts';

@ArgsType()
export class MetricArgs {
  @Field(() => String, {
    nullable: true,
    description:
      "Null: the sweep's own metric, by its objective_at. Otherwise one of those, or any that runs have reported, by its newest value.",
  })
  metric?: string | null;

  @Field(() => [RunState], {
    nullable: true,
    description: 'Only runs in these states. Null: those that the field names.',
  })
  states?: RunState[] | null;
}

@ArgsType()
export class GoalArgs extends MetricArgs {
  @Field(() => MetricGoal, {
    nullable: true,
    description: "What is good. Null: what the sweep's definition says of the metric, else MINIMIZE.",
  })
  goal?: MetricGoal | null;
}
