import { Field, ID, InputType } from 'type-graphql';
import { RunState } from './run.enum.ts';

@InputType({ description: 'Which runs.' })
export class RunFilterInput {
  @Field(() => ID, { nullable: true, description: 'Of this sweep.' })
  sweepId?: string | null;

  @Field(() => [RunState], { nullable: true, description: 'In one of these states.' })
  states?: RunState[] | null;

  @Field(() => String, { nullable: true, description: "Part of the run's or its sweep's name, in any case." })
  search?: string | null;

  @Field(() => String, { nullable: true, description: 'Of sweeps of this trainer, such as gan-cls.' })
  trainer?: string | null;
}

@InputType({ description: 'A run to cancel, pause or resume.' })
export class RunActionInput {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => String, { nullable: true, description: 'Shown beside the run; at most 500 characters.' })
  reason?: string | null;
}
