/** How a render finds a style, and the style encoders that a checkpoint has. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { requirePermission } from '../access/allow.ts';
import { Checkpoint } from '../checkpoints/checkpoint.type.ts';
import { InputCheckpoint } from '../inputs/input.type.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { Render, RenderStyle } from './render.type.ts';
import { STYLE_ENCODER, styleEncodersOfCheckpoint } from './style-encoder.service.ts';

@Resolver(() => Render)
export class RenderStyleOfRender {
  @FieldResolver(() => RenderStyle, {
    nullable: true,
    description: 'Of a style transfer: how the style is found; null for other kinds.',
  })
  style(@Root() render: Render): RenderStyle | null {
    if (render.kind !== 'STYLE_TRANSFER') return null;
    const { runId, styleEncoderName: encoderName, styleEncoderId: encoderId } = render;
    return { runId, encoderId, encoderName, foundBy: encoderName === null ? 'DESCENT' : 'ENCODER' };
  }
}

@Resolver(() => RenderStyle)
export class RenderStyleFields {
  @FieldResolver(() => InputCheckpoint, {
    nullable: true,
    description: 'The style encoder; null: by descent, or it was cleared away since.',
  })
  encoder(@Root() { encoderId, runId }: RenderStyle): InputCheckpoint | null {
    return encoderId === null ? null : { key: STYLE_ENCODER, runId, checkpointId: encoderId };
  }
}

@Resolver(() => Checkpoint)
export class CheckpointStyleEncoders {
  @FieldResolver(() => [InputCheckpoint], {
    description:
      'The style encoders that finished runs have trained for it, newest first: a style transfer takes the first unless it names another.',
  })
  async styleEncoders(
    @Root() checkpoint: Checkpoint,
    @Ctx() context: RequestContext,
  ): Promise<InputCheckpoint[]> {
    requirePermission(context.actor, ['VIEWER'], 'Checkpoint.styleEncoders');
    const found = await context.loaders.load(styleEncodersOfCheckpoint, checkpoint.id);
    return found.map(({ checkpointId }) => ({ key: STYLE_ENCODER, runId: checkpoint.runId, checkpointId }));
  }
}
