import { Field, ID, InputType, Int } from 'type-graphql';
import { JsonScalar } from '../../schema/scalars.ts';

@InputType({ description: 'A change of a sweep: either its whole text, or a patch of it.' })
export class UpdateSweepInput {
  @Field(() => ID, { description: 'The sweep.' })
  sweepId!: string;

  @Field(() => Int, { description: 'The version that the change was made on.' })
  version!: number;

  @Field(() => String, { nullable: true, description: 'The new definition, YAML or JSON.' })
  source?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'A JSON merge patch (RFC 7396) of the definition as it is written, such as {run_cap: 50}; null takes a key away. Comments are kept.',
  })
  patch?: unknown;

  @Field(() => String, {
    nullable: true,
    description: 'Why; at most 1,000 characters. Kept with the version.',
  })
  note?: string | null;
}

@InputType({ description: 'Configurations that a person wants to see run.' })
export class EnqueueRunsInput {
  @Field(() => ID, { description: 'The sweep.' })
  sweepId!: string;

  @Field(() => [JsonScalar], {
    description:
      'Dotted paths to values, one mapping a run, 1 to 100. Each value lies in the space of the sweep; constants may be left out.',
  })
  assignments!: unknown[];
}

@InputType({ description: 'Failed runs to run again.' })
export class RerunFailedInput {
  @Field(() => ID, { description: 'The sweep.' })
  sweepId!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Only those that failed so: out_of_memory, lost_agent and so on. Null: all.',
  })
  failureClasses?: string[] | null;
}
