import { Field, InputType, Int } from 'type-graphql';
import { LeaseRef } from '../runs/lease.input.ts';

@InputType({ description: 'A file of a checkpoint, uploaded before.' })
export class CheckpointFileInput {
  @Field(() => String, {
    description: 'Its name within the checkpoint: 1 to 100 letters, digits, dots and dashes.',
  })
  name!: string;

  @Field(() => String, { description: 'sha256 of the file, lower-case hex.' })
  blobSha256!: string;
}

@InputType({ description: 'A checkpoint, all files of which were uploaded before.' })
export class ReportCheckpointInput {
  @Field(() => LeaseRef, { description: 'The lease.' })
  lease!: LeaseRef;

  @Field(() => Int, { description: 'The step after which it was written.' })
  step!: number;

  @Field(() => [CheckpointFileInput], { description: '1 to 64 files.' })
  files!: CheckpointFileInput[];
}
