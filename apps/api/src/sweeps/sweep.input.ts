import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'A sweep to make.' })
export class CreateSweepInput {
  @Field(() => ID, { nullable: true, description: 'The project; the default one when left out.' })
  projectId?: string | null;

  @Field(() => String, { description: 'The definition, YAML or JSON.' })
  source!: string;
}

@InputType({ description: 'A sweep to pause, resume, stop or cancel.' })
export class SweepActionInput {
  @Field(() => ID, { description: 'The sweep.' })
  sweepId!: string;
}
