import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Prisma } from '../generated/prisma/client.ts';
import { SampleKind } from '../generated/prisma/enums.ts';
import { PageInfo } from '../schema/page.type.ts';
import { DateTimeScalar } from '../schema/scalars.ts';

registerEnumType(SampleKind, {
  name: 'SampleKind',
  description:
    'TRAIN_GRID: fixed captions and noise while training. TEXT_INTERPOLATION, NOISE_INTERPOLATION: between two of them. STYLE_TRANSFER: the style of a picture with another caption. REAL: from the data set. RENDER: asked for later.',
});

@ObjectType({ description: 'A picture of a run at a step, for one caption and one noise seed.' })
export class Sample {
  @Field(() => ID, { description: 'Opaque and sortable by time.' })
  id!: string;

  runId!: string;
  blobSha!: string;
  renderNumber!: number;

  @Field(() => Int, { description: 'The attempt that made it.' })
  epoch!: number;

  @Field(() => Int, { description: 'The training step.' })
  step!: number;

  @Field(() => SampleKind, { description: 'What it shows.' })
  kind!: SampleKind;

  @Field(() => Int, { description: 'Number of the caption in its grid.' })
  promptIndex!: number;

  @Field(() => String, { description: 'The caption.' })
  prompt!: string;

  @Field(() => Int, { description: 'The noise seed.' })
  seed!: number;

  @Field(() => Int, { description: 'In pixels.' })
  width!: number;

  @Field(() => Int, { description: 'In pixels.' })
  height!: number;

  @Field(() => DateTimeScalar, { description: 'When it arrived.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A picture in a list.' })
export class SampleEdge {
  @Field(() => String, { description: "The picture's place in the list." })
  cursor!: string;

  @Field(() => Sample, { description: 'The picture.' })
  node!: Sample;
}

@ObjectType({ description: 'A page of pictures.' })
export class SampleConnection {
  @Field(() => [SampleEdge], { description: 'The pictures of this page.' })
  edges!: SampleEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands.' })
  pageInfo!: PageInfo;

  /** Counted by the field's resolver, only when asked for. */
  where!: Prisma.SampleWhereInput;
}

@ObjectType({ description: 'A picture has arrived.' })
export class SampleAdded {
  @Field(() => String, { description: 'Give it back as `after` to go on from here.' })
  cursor!: string;

  @Field(() => Sample, { description: 'The picture.' })
  sample!: Sample;
}

export { SampleKind };
