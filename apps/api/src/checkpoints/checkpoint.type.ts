import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Blob } from '../blobs/blob.type.ts';
import { DateTimeScalar } from '../schema/scalars.ts';

@ObjectType({
  description: 'Everything that a run needs to go on from a step. It exists only when all its files do.',
})
export class Checkpoint {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  runId!: string;

  @Field(() => Int, { description: 'The attempt that wrote it.' })
  epoch!: number;

  @Field(() => Int, { description: 'The step after which it was written.' })
  step!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When an agent found that it cannot be read: nothing goes on from it any more.',
  })
  damagedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'What was wrong with it.' })
  damageReason!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it arrived.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A file of a checkpoint.' })
export class CheckpointFile {
  @Field(() => String, { description: 'Its name within the checkpoint.' })
  name!: string;

  @Field(() => Blob, { description: 'Its content.' })
  blob!: Blob;
}

@ObjectType({ description: 'The checkpoint is kept.' })
export class ReportCheckpointPayload {
  @Field(() => Checkpoint, { description: 'The checkpoint.' })
  checkpoint!: Checkpoint;
}
