import { Field, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'A checkpoint of another run that a run was given, pinned when it was first claimed and the same for every attempt; or that a render is given, pinned when it was asked for. Relations stand in input.fields.ts.',
})
export class InputCheckpoint {
  @Field(() => String, {
    description: 'The key that names it, such as text_encoder_checkpoint.',
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
