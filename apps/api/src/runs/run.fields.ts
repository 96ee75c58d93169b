/** Relations of a run, through per-request loaders: a page of runs costs one statement a relation. */
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { requirePermission } from '../access/allow.ts';
import { slotById } from '../agents/agent.loader.ts';
import { Slot } from '../agents/agent.type.ts';
import { Checkpoint } from '../checkpoints/checkpoint.type.ts';
import { samplePage } from '../samples/sample.resolver.ts';
import { Sample, SampleConnection, SampleKind } from '../samples/sample.type.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { sweepById } from '../sweeps/sweep.loader.ts';
import { Sweep } from '../sweeps/sweep.type.ts';
import { MetricSummary } from '../telemetry/metric.type.ts';
import { Attempt } from './attempt.type.ts';
import {
  attemptsOfRun,
  checkpointsOfRun,
  latestSamplesOfRun,
  metricsOfRun,
  sampleStepsOfRun,
} from './run.loader.ts';
import { Run, RunConnection } from './run.type.ts';

@Resolver(() => Run)
export class RunFields {
  @FieldResolver(() => Sweep, { description: 'Its sweep.' })
  sweep(@Root() run: Run, @Ctx() context: RequestContext): Promise<Sweep | null> {
    // An agent key reaches a run through its own lease; from the sweep on it could read everything.
    requirePermission(context.actor, ['VIEWER'], 'Run.sweep');
    return context.loaders.load(sweepById, run.sweepId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Why it was dropped before any agent took it: its sweep was stopped, or an edit left it no place. Null for any other run.',
  })
  droppedBecause(@Root() run: Run): string | null {
    return run.state === 'CANCELLED' && run.leaseEpoch === 0 ? run.commandReason : null;
  }

  @FieldResolver(() => Slot, { nullable: true, description: 'The slot that trains it now.' })
  slot(@Root() run: Run, @Ctx() context: RequestContext): Promise<Slot | null> | null {
    return run.leaseSlotId === null ? null : context.loaders.load(slotById, run.leaseSlotId);
  }

  @FieldResolver(() => [Attempt], { description: 'Each time that an agent took it, oldest first.' })
  attempts(@Root() run: Run, @Ctx() context: RequestContext): Promise<Attempt[]> {
    return context.loaders.load(attemptsOfRun, run.id);
  }

  @FieldResolver(() => [Checkpoint], { description: 'Where it can go on from, newest first.' })
  checkpoints(@Root() run: Run, @Ctx() context: RequestContext): Promise<Checkpoint[]> {
    return context.loaders.load(checkpointsOfRun, run.id);
  }

  @FieldResolver(() => [MetricSummary], { description: 'Its metrics in short, by key.' })
  async metrics(@Root() run: Run, @Ctx() context: RequestContext): Promise<MetricSummary[]> {
    const rows = await context.loaders.load(metricsOfRun, run.id);
    return rows.map((row) => ({ ...row, last: Number.isFinite(row.last) ? row.last : null }));
  }

  @FieldResolver(() => [Int], { description: 'Steps at which it has pictures, ascending.' })
  sampleSteps(@Root() run: Run, @Ctx() context: RequestContext): Promise<number[]> {
    return context.loaders.load(sampleStepsOfRun, run.id);
  }

  @FieldResolver(() => [Sample], { description: 'What its training drew at its newest step with pictures.' })
  latestSamples(@Root() run: Run, @Ctx() context: RequestContext): Promise<Sample[]> {
    return context.loaders.load(latestSamplesOfRun, run.id);
  }

  @FieldResolver(() => SampleConnection, { description: 'Its pictures, newest first.' })
  samples(
    @Root() run: Run,
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 60, description: 'How many, 1 to 500.' }) first:
      | number
      | null,
    @Arg('after', () => String, { nullable: true, description: 'After this cursor.' }) after: string | null,
    @Arg('step', () => Int, { nullable: true, description: 'At this step.' }) step: number | null,
    @Arg('kind', () => SampleKind, { nullable: true, description: 'Of this kind.' }) kind: SampleKind | null,
  ): Promise<SampleConnection> {
    return samplePage(context, { first, after, filter: { runIds: [run.id], step, kind } });
  }
}

@Resolver(() => RunConnection)
export class RunConnectionFields {
  @FieldResolver(() => Int, { description: 'How many there are on all pages; counted when asked for.' })
  totalCount(@Root() connection: RunConnection, @Ctx() context: RequestContext): Promise<number> {
    return context.database.run.count({ where: connection.where });
  }
}
