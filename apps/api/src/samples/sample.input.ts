import { Field, ID, InputType, Int } from 'type-graphql';
import { LeaseRef } from '../runs/lease.input.ts';
import { SampleKind } from './sample.type.ts';

@InputType({ description: 'A picture whose file was uploaded before.' })
export class SampleInput {
  @Field(() => Int, { description: 'The training step.' })
  step!: number;

  @Field(() => SampleKind, { description: 'What it shows.' })
  kind!: SampleKind;

  @Field(() => Int, { description: 'Number of the caption in its grid, from 0.' })
  promptIndex!: number;

  @Field(() => String, { description: 'The caption, at most 2,000 characters.' })
  prompt!: string;

  @Field(() => Int, { description: 'The noise seed.' })
  seed!: number;

  @Field(() => String, { description: 'sha256 of the file, lower-case hex.' })
  blobSha256!: string;

  @Field(() => Int, { description: 'In pixels.' })
  width!: number;

  @Field(() => Int, { description: 'In pixels.' })
  height!: number;
}

@InputType({ description: 'A batch of pictures.' })
export class ReportSamplesInput {
  @Field(() => LeaseRef, { description: 'The lease.' })
  lease!: LeaseRef;

  @Field(() => [SampleInput], { description: 'At most 1,000.' })
  samples!: SampleInput[];
}

@InputType({ description: 'Which pictures. Those that a later attempt has superseded are never among them.' })
export class SampleFilterInput {
  @Field(() => SampleKind, { nullable: true, description: 'Of this kind.' })
  kind?: SampleKind | null;

  @Field(() => ID, { nullable: true, description: 'Of this project.' })
  projectId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this sweep.' })
  sweepId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Of these runs, at most 1,000.' })
  runIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Whose caption contains this, in any case.' })
  prompt?: string | null;

  @Field(() => Int, { nullable: true, description: 'Of this caption of the grid.' })
  promptIndex?: number | null;

  @Field(() => Int, { nullable: true, description: 'Of this noise seed.' })
  seed?: number | null;

  @Field(() => Int, { nullable: true, description: 'At this step.' })
  step?: number | null;

  @Field(() => Int, { nullable: true, description: 'From this step on.' })
  minStep?: number | null;

  @Field(() => Int, { nullable: true, description: 'Up to this step.' })
  maxStep?: number | null;

  @Field(() => Boolean, { nullable: true, description: "Only each run's newest step." })
  latestOnly?: boolean | null;
}
