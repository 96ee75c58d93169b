import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { checkpointById } from '../checkpoints/checkpoint.loader.ts';
import { Checkpoint } from '../checkpoints/checkpoint.type.ts';
import { BadInputError } from '../errors/api.error.ts';
import { isId } from '../id.ts';
import { toRenderGranted } from '../renders/render-lease.resolver.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { Attempt } from './attempt.type.ts';
import { fenceOf } from './fence.service.ts';
import { beat } from './heartbeat.service.ts';
import { HeartbeatInput, LeaseInput, SettleInput } from './lease.input.ts';
import { type LeaseOutcome, leaseRun, MAX_WAIT_MS } from './lease.service.ts';
import {
  AgentQuarantined,
  AgentSuperseded,
  HeartbeatPayload,
  LeaseGranted,
  LeaseResult,
  NoWork,
} from './lease.type.ts';
import { attemptById } from './run.loader.ts';
import { findRun } from './run.service.ts';
import { type RunPayload, SettlePayload } from './run.type.ts';
import { settleRun } from './settle.service.ts';
import { bellOf } from './work-bells.ts';

@Resolver(() => LeaseGranted)
export class LeaseResolver {
  @Allow('AGENT')
  @Mutation(() => LeaseResult, {
    description:
      'Asks for a run for a free slot. With waitMs the answer waits until there is one, at most so long.',
  })
  async lease(
    @Arg('input', () => LeaseInput) input: LeaseInput,
    @Ctx() context: RequestContext,
  ): Promise<typeof LeaseResult> {
    const services = {
      database: context.database,
      bell: bellOf(context),
      leaseMs: context.env.PLUMAGE_LEASE_MS,
    };
    const outcome = await leaseRun(services, requestOf(input), context.signal);
    if (outcome.kind === 'no-work') context.isNoNews();
    return toResult(outcome, services.leaseMs);
  }

  @Allow('AGENT')
  @Mutation(() => HeartbeatPayload, {
    description:
      'Renews a lease and says how the slot fares. The answer is how the server commands the agent.',
  })
  heartbeat(
    @Arg('input', () => HeartbeatInput) input: HeartbeatInput,
    @Ctx() context: RequestContext,
  ): Promise<HeartbeatPayload> {
    return beat(context.database, fenceOf(input.lease), {
      leaseMs: context.env.PLUMAGE_LEASE_MS,
      step: input.step ?? null,
      totalSteps: input.totalSteps ?? null,
      backend: input.backend ?? null,
      datasetDigest: input.datasetDigest ?? null,
      encoderHash: input.encoderHash ?? null,
      imagesPerSecond: input.imagesPerSecond ?? null,
      utilisation: input.utilisation ?? null,
      memoryUsedMb: input.memoryUsedMb ?? null,
      temperature: input.temperature ?? null,
      powerWatts: input.powerWatts ?? null,
    });
  }

  @Allow('AGENT')
  @Mutation(() => SettlePayload, {
    description: 'Ends an attempt and gives the lease back. Settling twice is settling once.',
  })
  async settle(
    @Arg('input', () => SettleInput) input: SettleInput,
    @Ctx() context: RequestContext,
  ): Promise<RunPayload> {
    const fence = fenceOf(input.lease);
    const request = {
      outcome: input.outcome,
      step: input.step,
      failureClass: input.failureClass ?? null,
      failureMessage: input.failureMessage ?? null,
      peakMemoryMb: input.peakMemoryMb ?? null,
    };
    await settleRun(context.database, fence, request, context.env.PLUMAGE_RETRY_BACKOFF_MS);
    return { run: await findRun(context.database, fence.runId) };
  }

  @FieldResolver(() => Attempt, { description: 'The attempt that begins with this lease.' })
  attempt(@Root() granted: LeaseGranted, @Ctx() context: RequestContext): Promise<Attempt | null> {
    return context.loaders.load(attemptById, granted.attemptId);
  }

  @FieldResolver(() => Checkpoint, {
    nullable: true,
    description:
      'Go on from here; null: start afresh. What earlier attempts reported after it no longer counts.',
  })
  resumeFrom(
    @Root() granted: LeaseGranted,
    @Ctx() context: RequestContext,
  ): Promise<Checkpoint | null> | null {
    return granted.checkpointId === null ? null : context.loaders.load(checkpointById, granted.checkpointId);
  }
}

function requestOf(input: LeaseInput) {
  const waitMs = input.waitMs ?? 0;
  if (waitMs < 0 || waitMs > MAX_WAIT_MS)
    throw new BadInputError('input.waitMs', waitMs, `0 to ${MAX_WAIT_MS}`);
  if (!isId(input.agentId)) throw new BadInputError('input.agentId', input.agentId, 'the id of an agent');
  if (input.sweepId && !isId(input.sweepId)) {
    throw new BadInputError('input.sweepId', input.sweepId, 'the id of a sweep');
  }
  if ((input.codeVersion?.length ?? 0) > 100) {
    throw new BadInputError('input.codeVersion', input.codeVersion, 'at most 100 characters');
  }
  return {
    agentId: input.agentId,
    instanceId: input.instanceId,
    slotIndex: input.slotIndex,
    sweepId: input.sweepId ?? null,
    codeVersion: input.codeVersion ?? null,
    accepts: input.accepts ?? ['TRAINING'],
    waitMs,
  };
}

function toResult(outcome: LeaseOutcome, leaseMs: number): typeof LeaseResult {
  switch (outcome.kind) {
    case 'render':
      return toRenderGranted(outcome, leaseMs);
    case 'granted':
      return Object.assign(new LeaseGranted(), {
        runId: outcome.id,
        runName: outcome.name,
        runNumber: outcome.number,
        sweepId: outcome.sweepId,
        epoch: outcome.epoch,
        token: outcome.token,
        expiresAt: outcome.expiresAt,
        config: outcome.config,
        trainer: outcome.trainer,
        command: outcome.command,
        inherits: outcome.inherits,
        untilStep: outcome.untilStep,
        objectiveName: outcome.objectiveName,
        objectiveGoal: outcome.objectiveGoal,
        attemptId: outcome.attemptId,
        checkpointId: outcome.checkpointId,
      });
    case 'no-work':
      return Object.assign(new NoWork(), outcome);
    case 'quarantined':
      return Object.assign(new AgentQuarantined(), outcome);
    case 'superseded':
      return Object.assign(new AgentSuperseded(), outcome);
  }
}
