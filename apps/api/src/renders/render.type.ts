import { createUnionType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { Prisma } from '../generated/prisma/client.ts';
import { PageInfo } from '../schema/page.type.ts';
import { DateTimeScalar, JsonScalar } from '../schema/scalars.ts';
import { RenderCommand, RenderKind, RenderState, StyleSource } from './render.enum.ts';

@ObjectType({
  description:
    'Pictures that a person asked for, drawn by an agent from a checkpoint. Relations: render.fields.ts.',
})
export class Render {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  runId!: string;
  checkpointId!: string | null;
  styleEncoderId!: string | null;
  styleEncoderName!: string | null;

  @Field(() => Int, { description: 'Its number among the renders of its run, from 1.' })
  number!: number;

  @Field(() => Int, { description: 'The training step of its checkpoint.' })
  step!: number;

  @Field(() => RenderKind, { description: 'What is asked for.' })
  kind!: RenderKind;

  @Field(() => JsonScalar, { description: 'What is asked for in full, defaults included.' })
  request!: Prisma.JsonValue;

  @Field(() => RenderState, { description: 'Where it stands.' })
  state!: RenderState;

  @Field(() => String, { nullable: true, description: 'The agent that draws it, or drew it last.' })
  agentName!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it failed: lost_agent, crashed and so on.' })
  failureClass!: string | null;

  @Field(() => String, { nullable: true, description: 'The failure in words.' })
  failureMessage!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When an agent last began to draw it.' })
  startedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it ended.' })
  finishedAt!: Date | null;
}

@ObjectType({ description: 'How a style transfer finds the style: decided when it is asked for.' })
export class RenderStyle {
  @Field(() => StyleSource, { description: 'By what.' })
  foundBy!: StyleSource;

  @Field(() => String, {
    nullable: true,
    description:
      'The style encoder as sweep/run@step, also when it was cleared away since; null: by descent.',
  })
  encoderName!: string | null;

  encoderId!: string | null;
  runId!: string;
}

@ObjectType({ description: 'A render in a list.' })
export class RenderEdge {
  @Field(() => String, { description: "The render's place in the list." })
  cursor!: string;

  @Field(() => Render, { description: 'The render.' })
  node!: Render;
}

@ObjectType({ description: 'A page of renders.' })
export class RenderConnection {
  @Field(() => [RenderEdge], { description: 'The renders of this page.' })
  edges!: RenderEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  /** Counted by the field's resolver, only when asked for. */
  where!: Prisma.RenderWhereInput;
}

@ObjectType({ description: 'Something wrong in what a render asks for.' })
export class RenderProblem {
  @Field(() => String, { description: 'Where, such as captions[2].' })
  path!: string;

  @Field(() => String, { description: 'What is wrong.' })
  message!: string;

  @Field(() => String, { description: 'What would be right.' })
  expected!: string;
}

@ObjectType({ description: 'The render waits for an agent; none of the runs goes before it.' })
export class RenderCreated {
  @Field(() => Render, { description: 'The render.' })
  render!: Render;
}

@ObjectType({ description: 'The render cannot be; nothing was made.' })
export class RenderInvalid {
  @Field(() => [RenderProblem], { description: 'Everything that is wrong.' })
  problems!: RenderProblem[];
}

export const CreateRenderResult = createUnionType({
  name: 'CreateRenderResult',
  description: 'A render, or what is wrong with the request.',
  types: () => [RenderCreated, RenderInvalid] as const,
});

@ObjectType({ description: 'A render that was changed.' })
export class RenderPayload {
  @Field(() => Render, { description: 'The render as it is now.' })
  render!: Render;
}

@ObjectType({ description: 'A render has changed.' })
export class RenderChanged {
  @Field(() => String, { description: 'Give it back as `after` to go on from here.' })
  cursor!: string;

  @Field(() => Render, { description: 'The render as it is now.' })
  render!: Render;
}

@ObjectType({ description: 'A render was given to the agent. What it needs to draw.' })
export class RenderGranted {
  @Field(() => ID, { description: 'The render.' })
  renderId!: string;

  @Field(() => ID, { description: 'Its run.' })
  runId!: string;

  @Field(() => String, { description: 'Short name of the run, for people.' })
  runName!: string;

  @Field(() => Int, { description: 'The fence: every word about the render names it.' })
  epoch!: number;

  @Field(() => String, { description: 'The secret of this lease. It is not given out again.' })
  token!: string;

  @Field(() => DateTimeScalar, { description: 'Until when the lease holds without renewRender.' })
  expiresAt!: Date;

  @Field(() => Int, { description: 'How long each renewal holds.' })
  leaseDurationMs!: number;

  @Field(() => RenderKind, { description: 'What is asked for.' })
  kind!: RenderKind;

  @Field(() => JsonScalar, { description: 'What is asked for in full, defaults included.' })
  request!: Prisma.JsonValue;

  @Field(() => JsonScalar, { description: 'Every hyperparameter of the run, defaults included.' })
  config!: Prisma.JsonValue;

  checkpointId!: string;
  styleEncoderId!: string | null;
}

@ObjectType({ description: 'The answer to a sign of life.' })
export class RenewRenderPayload {
  @Field(() => RenderCommand, { description: 'What the agent must do now; repeated until it is done.' })
  command!: RenderCommand;

  @Field(() => String, { nullable: true, description: 'Why.' })
  reason!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when the lease holds; null when it is over.',
  })
  expiresAt!: Date | null;
}
