import { Field, ID, InputType, Int } from 'type-graphql';
import { JsonScalar } from '../schema/scalars.ts';
import { RenderKind, RenderOutcome } from './render.enum.ts';

@InputType({ description: 'Pictures to be drawn from a checkpoint of a run.' })
export class CreateRenderInput {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => ID, { nullable: true, description: 'A checkpoint of it; null: the newest.' })
  checkpointId?: string | null;

  @Field(() => RenderKind, { description: 'What is asked for.' })
  kind!: RenderKind;

  @Field(() => JsonScalar, {
    description:
      'By kind. CAPTIONS: {captions, seeds}. TEXT_INTERPOLATION: {from, to, frames, seed, path}. NOISE_INTERPOLATION: {caption, fromSeed, toSeed, frames, path}. STYLE_TRANSFER: {style: [sha256 of a PNG or JPEG that was uploaded before], captionOfStyle, captions, style_encoder_checkpoint}. The path is linear or spherical; at most 256 pictures. style_encoder_checkpoint names a trained style encoder of the checkpoint (an id, sweep/run or sweep/run@step) or is none for gradient descent; null or left out: the newest that there is.',
  })
  request!: unknown;
}

@InputType({ description: 'Names a render.' })
export class RenderActionInput {
  @Field(() => ID, { description: 'The render.' })
  renderId!: string;
}

@InputType({ description: 'The lease under which an agent draws.' })
export class RenderRef {
  @Field(() => ID, { description: 'The render.' })
  renderId!: string;

  @Field(() => Int, { description: 'The epoch that the lease was granted with.' })
  epoch!: number;

  @Field(() => String, { description: 'The token that the lease was granted with.' })
  token!: string;
}

@InputType({ description: 'A sign of life from an agent that draws.' })
export class RenewRenderInput {
  @Field(() => RenderRef, { description: 'The lease to renew.' })
  render!: RenderRef;
}

@InputType({
  description: 'A picture that was drawn and uploaded. Its caption and seed follow from its number.',
})
export class RenderPictureInput {
  @Field(() => Int, { description: "Its number in the render's plan, from 0." })
  index!: number;

  @Field(() => String, { description: 'sha256 of the file, lower-case hex.' })
  blobSha256!: string;

  @Field(() => Int, { description: 'In pixels.' })
  width!: number;

  @Field(() => Int, { description: 'In pixels.' })
  height!: number;
}

@InputType({ description: 'The end of drawing.' })
export class SettleRenderInput {
  @Field(() => RenderRef, { description: 'The lease to give back.' })
  render!: RenderRef;

  @Field(() => RenderOutcome, { description: 'How it ended.' })
  outcome!: RenderOutcome;

  @Field(() => [RenderPictureInput], {
    nullable: true,
    defaultValue: [],
    description: 'With FINISHED: every picture of the plan. Else none.',
  })
  pictures?: RenderPictureInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'With FAILED: a class as in settle. It decides whether another agent tries.',
  })
  failureClass?: string | null;

  @Field(() => String, { nullable: true, description: 'The failure in words; cut at 10,000 characters.' })
  failureMessage?: string | null;
}
