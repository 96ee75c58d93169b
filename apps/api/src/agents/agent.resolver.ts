import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { ForbiddenError } from '../errors/api.error.ts';
import { isId } from '../id.ts';
import type { LiveChange } from '../live/change.type.ts';
import { runOfSlot } from '../runs/run.loader.ts';
import { Run } from '../runs/run.type.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { AgentIntentInput, RegisterAgentInput, StopAgentInput } from './agent.input.ts';
import { agentById, slotsOfAgent } from './agent.loader.ts';
import { findAgent, isOnline, registerAgent, setAgentIntent, stopAgent } from './agent.service.ts';
import { Agent, AgentChanged, AgentPayload, RegisterAgentPayload, Slot } from './agent.type.ts';

@Resolver(() => Agent)
export class AgentResolver {
  @Allow('VIEWER')
  @Query(() => [Agent], { description: 'All agents, by name.' })
  agents(@Ctx() context: RequestContext): Promise<Agent[]> {
    return context.database.agent.findMany({ orderBy: { name: 'asc' } });
  }

  @Allow('VIEWER')
  @Query(() => Agent, { nullable: true, description: 'One agent.' })
  agent(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Agent | null> | null {
    return isId(id) ? context.database.agent.findUnique({ where: { id } }) : null;
  }

  @Allow('AGENT')
  @Mutation(() => RegisterAgentPayload, {
    description:
      'Registers a process. One that had the name before is replaced, and its runs go back to the queue.',
  })
  async registerAgent(
    @Arg('input', () => RegisterAgentInput) input: RegisterAgentInput,
    @Ctx() context: RequestContext,
  ): Promise<RegisterAgentPayload> {
    const { actor, database, env } = context;
    if (actor.kind !== 'agent') throw new ForbiddenError('Only an agent key may register an agent.');
    const slots = input.slots.map((slot) => ({
      ...slot,
      memoryMb: slot.memoryMb ?? null,
      memoryLimitMb: slot.memoryLimitMb ?? null,
    }));
    const registered = await registerAgent(database, actor, { ...input, slots });
    return {
      ...registered,
      heartbeatIntervalMs: env.PLUMAGE_HEARTBEAT_MS,
      leaseDurationMs: env.PLUMAGE_LEASE_MS,
    };
  }

  @Allow('AGENT')
  @Mutation(() => AgentPayload, {
    description: 'A process says goodbye; what it still holds goes back to the queue.',
  })
  async stopAgent(
    @Arg('input', () => StopAgentInput) input: StopAgentInput,
    @Ctx() context: RequestContext,
  ): Promise<AgentPayload> {
    return { agent: await stopAgent(context.database, input) };
  }

  @Allow('EDITOR')
  @Mutation(() => AgentPayload, { description: 'Runs, drains, pauses or stops an agent or one slot of it.' })
  async setAgentIntent(
    @Arg('input', () => AgentIntentInput) input: AgentIntentInput,
    @Ctx() context: RequestContext,
  ): Promise<AgentPayload> {
    return {
      agent: await setAgentIntent(context.database, { ...input, slotIndex: input.slotIndex ?? null }),
    };
  }

  @Allow('VIEWER')
  @Subscription(() => AgentChanged, {
    description: 'Each change of an agent: its slots, what they train, how they fare.',
    subscribe: ({ context, args }: { context: RequestContext; args: { after?: string | null } }) =>
      context.live.subscribe({
        kinds: ['AGENT'],
        after: args.after,
        filter: (change) => change.agentId !== null,
      }),
  })
  async agentChanged(
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' }) _after:
      | string
      | null,
    @Root() change: LiveChange,
    @Ctx() context: RequestContext,
  ): Promise<AgentChanged> {
    return { cursor: change.cursor, agent: await findAgent(context.database, change.agentId ?? '') };
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether it was heard of within two lease times and has not said goodbye.',
  })
  online(@Root() agent: Agent, @Ctx() context: RequestContext): boolean {
    return isOnline(agent, context.env.PLUMAGE_LEASE_MS, new Date());
  }

  @FieldResolver(() => [Slot], { description: 'By index.' })
  slots(@Root() agent: Agent, @Ctx() context: RequestContext): Promise<Slot[]> {
    return context.loaders.load(slotsOfAgent, agent.id);
  }
}

@Resolver(() => Slot)
export class SlotFields {
  @FieldResolver(() => Agent, { description: 'Its agent.' })
  agent(@Root() slot: Slot, @Ctx() context: RequestContext): Promise<Agent | null> {
    return context.loaders.load(agentById, slot.agentId);
  }

  @FieldResolver(() => Run, { nullable: true, description: 'The run that it trains now.' })
  run(@Root() slot: Slot, @Ctx() context: RequestContext): Promise<Run | null> {
    return context.loaders.load(runOfSlot, slot.id);
  }
}
