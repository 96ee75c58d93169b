import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../schema/scalars.ts';
import { AttemptOutcome } from './run.enum.ts';

@ObjectType({ description: 'One agent taking a run once.' })
export class Attempt {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  @Field(() => Int, { description: "The run's epoch that this attempt writes under." })
  epoch!: number;

  @Field(() => String, { description: 'Name of the agent, as it was then.' })
  agentName!: string;

  @Field(() => Int, { description: "Index of the agent's slot." })
  slotIndex!: number;

  @Field(() => String, { nullable: true, description: 'What computed.' })
  backend!: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the device.' })
  device!: string | null;

  @Field(() => String, { nullable: true, description: "Version of the agent's code." })
  codeVersion!: string | null;

  @Field(() => DateTimeScalar, { description: 'When the run was claimed.' })
  startedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended; null while it runs.' })
  endedAt!: Date | null;

  @Field(() => AttemptOutcome, { nullable: true, description: 'How it ended; null while it runs.' })
  outcome!: AttemptOutcome | null;

  @Field(() => String, { nullable: true, description: 'More about its end.' })
  message!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'With FAILED, the class of the failure: out_of_memory, diverged and so on.',
  })
  failureClass!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Largest resident memory of the training process that was seen, in MiB.',
  })
  peakMemoryMb!: number | null;

  @Field(() => Int, { description: 'Step of the checkpoint that it started from; 0 for a fresh start.' })
  resumedFromStep!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Its points and pictures after this step were superseded by a later attempt; -1: all of them; null: none.',
  })
  keptThroughStep!: number | null;
}
