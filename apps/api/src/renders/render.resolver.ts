import { Arg, Ctx, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { BadInputError } from '../errors/api.error.ts';
import { isId } from '../id.ts';
import type { LiveChange } from '../live/change.type.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { CreateRenderInput, RenderActionInput } from './render.input.ts';
import { cancelRender, createRender, findRender } from './render.service.ts';
import {
  CreateRenderResult,
  Render,
  RenderChanged,
  RenderCreated,
  RenderInvalid,
  RenderPayload,
} from './render.type.ts';

@Resolver(() => Render)
export class RenderResolver {
  @Allow('VIEWER')
  @Query(() => Render, { nullable: true, description: 'One render.' })
  render(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Render | null> | null {
    return isId(id) ? context.database.render.findUnique({ where: { id } }) : null;
  }

  @Allow('EDITOR')
  @Mutation(() => CreateRenderResult, {
    description:
      'Asks an agent to draw pictures from a checkpoint; it does so before it trains anything else.',
  })
  async createRender(
    @Arg('input', () => CreateRenderInput) input: CreateRenderInput,
    @Ctx() context: RequestContext,
  ): Promise<typeof CreateRenderResult> {
    const { runId, checkpointId, kind, request } = input;
    const asked = { runId, checkpointId: checkpointId ?? null, kind, request };
    const created = await createRender(context.database, asked);
    if (created.ok) return Object.assign(new RenderCreated(), { render: created.render });
    return Object.assign(new RenderInvalid(), { problems: [...created.problems] });
  }

  @Allow('EDITOR')
  @Mutation(() => RenderPayload, { description: 'Ends a render at once, also one that an agent draws.' })
  async cancelRender(
    @Arg('input', () => RenderActionInput) input: RenderActionInput,
    @Ctx() context: RequestContext,
  ): Promise<RenderPayload> {
    return { render: await cancelRender(context.database, input.renderId) };
  }

  @Allow('VIEWER')
  @Subscription(() => RenderChanged, {
    description: 'Each change of a render: its state, and its pictures when it has finished.',
    subscribe: ({ context, args }: { context: RequestContext; args: RenderChangedArgs }) =>
      renderChanges(context, args),
  })
  async renderChanged(
    @Arg('runId', () => ID, { nullable: true, description: 'Only renders of this run.' }) _runId:
      | string
      | null,
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' }) _after:
      | string
      | null,
    @Root() change: LiveChange,
    @Ctx() context: RequestContext,
  ): Promise<RenderChanged> {
    return { cursor: change.cursor, render: await findRender(context.database, renderIdOf(change)) };
  }
}

interface RenderChangedArgs {
  readonly runId?: string | null;
  readonly after?: string | null;
}

function renderChanges(context: RequestContext, args: RenderChangedArgs) {
  const { runId } = args;
  if (runId && !isId(runId)) throw new BadInputError('runId', runId, 'an id of this server');
  return context.live.subscribe({
    kinds: ['RENDER'],
    after: args.after,
    filter: (change) => renderIdOf(change) !== '' && (!runId || change.runId === runId),
  });
}

function renderIdOf(change: LiveChange): string {
  const id = change.detail?.['renderId'];
  return typeof id === 'string' && isId(id) ? id : '';
}
