/** What an agent that draws says and hears. It is given renders by Mutation.lease (runs/lease.resolver.ts). */
import type { RenderRequest } from '@plumage/contract';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { blobBySha } from '../blobs/blob.loader.ts';
import { Blob } from '../blobs/blob.type.ts';
import { checkpointById } from '../checkpoints/checkpoint.loader.ts';
import { Checkpoint } from '../checkpoints/checkpoint.type.ts';
import { failureClassOf } from '../runs/settle.service.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { RenewRenderInput, SettleRenderInput } from './render.input.ts';
import { type GrantedRender, keepRender, renderFenceOf, settleRender } from './render-lease.service.ts';
import { findRender } from './render.service.ts';
import { RenderGranted, RenderPayload, RenewRenderPayload } from './render.type.ts';

@Resolver(() => RenderGranted)
export class RenderLeaseResolver {
  @Allow('AGENT')
  @Mutation(() => RenewRenderPayload, {
    description: 'Renews the lease on a render. The answer is how the server commands the agent.',
  })
  renewRender(
    @Arg('input', () => RenewRenderInput) input: RenewRenderInput,
    @Ctx() context: RequestContext,
  ): Promise<RenewRenderPayload> {
    return keepRender(context.database, renderFenceOf(input.render), context.env.PLUMAGE_LEASE_MS);
  }

  @Allow('AGENT')
  @Mutation(() => RenderPayload, {
    description:
      'Ends drawing: with FINISHED, all pictures, whose files were uploaded before. Settling twice is settling once.',
  })
  async settleRender(
    @Arg('input', () => SettleRenderInput) input: SettleRenderInput,
    @Ctx() context: RequestContext,
  ): Promise<RenderPayload> {
    const fence = renderFenceOf(input.render);
    const failure = { outcome: input.outcome, failureClass: input.failureClass ?? null };
    await settleRender(context.database, fence, {
      outcome: input.outcome,
      pictures: input.pictures ?? [],
      failureClass: failureClassOf(failure),
      failureMessage: input.failureMessage ?? null,
    });
    return { render: await findRender(context.database, fence.renderId) };
  }

  @FieldResolver(() => Checkpoint, { description: 'What to draw from, with its files.' })
  checkpoint(@Root() granted: RenderGranted, @Ctx() context: RequestContext): Promise<Checkpoint | null> {
    return context.loaders.load(checkpointById, granted.checkpointId);
  }

  @FieldResolver(() => [Blob], {
    description: 'The pictures whose style is taken, in the order of the request; none for other kinds.',
  })
  styleImages(@Root() granted: RenderGranted, @Ctx() context: RequestContext): Promise<(Blob | null)[]> {
    const request = granted.request as unknown as RenderRequest;
    const style = request.kind === 'STYLE_TRANSFER' ? request.style : [];
    return Promise.all(style.map((sha256) => context.loaders.load(blobBySha, sha256)));
  }
}

/** The graph's form of a render that was given out. */
export function toRenderGranted({ render, token }: GrantedRender, leaseDurationMs: number): RenderGranted {
  return Object.assign(new RenderGranted(), { ...render, token, leaseDurationMs });
}
