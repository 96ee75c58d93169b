import { Field, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'A checkpoint of another run that a run was given: pinned when it was first claimed, the same for every attempt. Relations stand in input.fields.ts.',
})
export class InputCheckpoint {
  @Field(() => String, {
    description: 'The hyperparameter that names it, such as text_encoder_checkpoint.',
  })
  key!: string;

  runId!: string;
  checkpointId!: string;
}

@ObjectType({ description: 'A run that was given a checkpoint.' })
export class CheckpointUse {
  @Field(() => String, { description: 'As what: the hyperparameter that names it.' })
  key!: string;

  runId!: string;
}
