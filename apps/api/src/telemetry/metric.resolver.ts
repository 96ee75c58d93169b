import { Arg, Ctx, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { BadInputError } from '../errors/api.error.ts';
import { isId } from '../id.ts';
import type { LiveChange } from '../live/change.type.ts';
import { reporterOf, sequenceOf } from '../runs/fence.service.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { ReportMetricsInput, SeriesInput } from './metric.input.ts';
import { reportMetrics } from './metric.service.ts';
import { MetricSeries, MetricsAppended, ReportPayload } from './metric.type.ts';
import { MAX_RUNS, readSeries } from './series.service.ts';

@Resolver()
export class MetricResolver {
  @Allow('AGENT', 'RUN')
  @Mutation(() => ReportPayload, {
    description: 'Takes a batch of metric points. Sending it again changes nothing.',
  })
  reportMetrics(
    @Arg('input', () => ReportMetricsInput) input: ReportMetricsInput,
    @Ctx() context: RequestContext,
  ): Promise<ReportPayload> {
    const reporter = reporterOf(context.actor, input.lease);
    const sequence = sequenceOf(reporter, input.sequence, 'input.sequence');
    return reportMetrics(context.database, reporter.fence, { sequence, columns: input.columns });
  }

  @Allow('VIEWER')
  @Query(() => [MetricSeries], {
    description:
      'Curves, cut down to what a chart has pixels for without hiding a spike. Pairs without points are left out.',
  })
  series(
    @Arg('input', () => SeriesInput) input: SeriesInput,
    @Ctx() context: RequestContext,
  ): Promise<MetricSeries[]> {
    return readSeries(context.database, {
      runIds: input.runIds,
      keys: input.keys,
      axis: input.axis ?? 'STEP',
      points: input.points ?? 400,
      minStep: input.minStep ?? null,
      maxStep: input.maxStep ?? null,
    });
  }

  @Allow('VIEWER')
  @Subscription(() => MetricsAppended, {
    description: 'Points were added to one of the runs.',
    subscribe: ({
      context,
      args,
    }: {
      context: RequestContext;
      args: { runIds: string[]; after?: string | null };
    }) => {
      if (args.runIds.length > MAX_RUNS)
        throw new BadInputError('runIds', args.runIds.length, `at most ${MAX_RUNS} runs`);
      args.runIds.forEach((id, i) => {
        if (!isId(id)) throw new BadInputError(`runIds[${i}]`, id, 'the id of a run');
      });
      const wanted = new Set(args.runIds);
      return context.live.subscribe({
        kinds: ['METRICS'],
        after: args.after,
        filter: (change) => change.runId !== null && wanted.has(change.runId),
      });
    },
  })
  metricsAppended(
    @Arg('runIds', () => [ID], { description: 'At most 200 runs.' }) _runIds: string[],
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' }) _after:
      | string
      | null,
    @Root() change: LiveChange,
  ): MetricsAppended {
    return {
      cursor: change.cursor,
      runId: change.runId ?? '',
      fromStep: Number(change.detail?.['fromStep'] ?? 0),
      toStep: Number(change.detail?.['toStep'] ?? 0),
    };
  }
}
