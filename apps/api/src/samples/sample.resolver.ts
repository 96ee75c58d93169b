import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { BadInputError, NotFoundError } from '../errors/api.error.ts';
import { isId } from '../id.ts';
import type { LiveChange } from '../live/change.type.ts';
import { reporterOf } from '../runs/fence.service.ts';
import { runById } from '../runs/run.loader.ts';
import { Run } from '../runs/run.type.ts';
import { pageSize, toConnection } from '../schema/page.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { ReportPayload } from '../telemetry/metric.type.ts';
import { ReportSamplesInput, SampleFilterInput } from './sample.input.ts';
import {
  listSamples,
  matchesFilter,
  reportSamples,
  type SampleFilter,
  whereSample,
} from './sample.service.ts';
import { Sample, SampleAdded, SampleConnection } from './sample.type.ts';

@Resolver(() => Sample)
export class SampleResolver {
  @Allow('AGENT', 'RUN')
  @Mutation(() => ReportPayload, {
    description: 'Takes pictures whose files were uploaded before. Again changes nothing.',
  })
  reportSamples(
    @Arg('input', () => ReportSamplesInput) input: ReportSamplesInput,
    @Ctx() context: RequestContext,
  ): Promise<ReportPayload> {
    return reportSamples(context.database, reporterOf(context.actor, input.lease).fence, input.samples);
  }

  @Allow('VIEWER')
  @Query(() => SampleConnection, { description: 'Pictures, newest first.' })
  samples(
    @Ctx() context: RequestContext,
    @Arg('filter', () => SampleFilterInput, { nullable: true, description: 'Which pictures.' })
    filter: SampleFilterInput | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 60, description: 'How many, 1 to 500.' }) first:
      | number
      | null,
    @Arg('after', () => String, { nullable: true, description: 'After this cursor.' }) after: string | null,
  ): Promise<SampleConnection> {
    return samplePage(context, { first, after, filter: filter ?? {} });
  }

  @Allow('VIEWER')
  @Subscription(() => SampleAdded, {
    description: 'Each picture that arrives and that the filter asks for.',
    subscribe: ({ context, args }: { context: RequestContext; args: SampleAddedArgs }) =>
      arrivals(context, args),
  })
  async sampleAdded(
    @Arg('filter', () => SampleFilterInput, { nullable: true, description: 'Which pictures.' })
    _filter: SampleFilterInput | null,
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' }) _after:
      | string
      | null,
    @Root() change: LiveChange,
    @Ctx() context: RequestContext,
  ): Promise<SampleAdded> {
    const id = sampleIdOf(change);
    const sample = await context.database.sample.findUnique({ where: { id } });
    if (sample === null) throw new NotFoundError('sample', id);
    return { cursor: change.cursor, sample };
  }

  @FieldResolver(() => Run, { description: 'Its run.' })
  run(@Root() sample: Sample, @Ctx() context: RequestContext): Promise<Run | null> {
    return context.loaders.load(runById, sample.runId);
  }

  @FieldResolver(() => String, { description: 'Where the picture is read, from the root of this server.' })
  url(@Root() sample: Sample): string {
    return `/blobs/${sample.blobSha}`;
  }

  @FieldResolver(() => String, { description: 'Where a smaller one is read, from the root of this server.' })
  thumbnailUrl(
    @Root() sample: Sample,
    @Arg('width', () => Int, { nullable: true, defaultValue: 128, description: 'In pixels, 16 to 1,024.' })
    width: number | null,
  ): string {
    const pixels = width ?? 128;
    if (pixels < 16 || pixels > 1024) throw new BadInputError('width', pixels, '16 to 1,024');
    return `/blobs/${sample.blobSha}/thumbnail?width=${pixels}`;
  }
}

@Resolver(() => SampleConnection)
export class SampleConnectionFields {
  @FieldResolver(() => Int, { description: 'How many there are on all pages; counted when asked for.' })
  totalCount(@Root() connection: SampleConnection, @Ctx() context: RequestContext): Promise<number> {
    return context.database.sample.count({ where: connection.where });
  }
}

interface SampleAddedArgs {
  readonly filter?: SampleFilter | null;
  readonly after?: string | null;
}

const sampleIdOf = (change: LiveChange): string => {
  const id = change.detail?.['sampleId'];
  return typeof id === 'string' && isId(id) ? id : '';
};

/** What can be told from the change alone is told from it; the caption and the rest are asked of the database. */
async function* arrivals(context: RequestContext, args: SampleAddedArgs): AsyncGenerator<LiveChange> {
  const filter = args.filter ?? {};
  await whereSample(context.database, filter);
  const runs = filter.runIds ? new Set(filter.runIds) : null;
  const changes = context.live.subscribe({
    kinds: ['SAMPLE'],
    after: args.after,
    filter: (change) =>
      sampleIdOf(change) !== '' &&
      (!filter.sweepId || change.sweepId === filter.sweepId) &&
      (runs === null || (change.runId !== null && runs.has(change.runId))),
  });
  for await (const change of changes) {
    if (await matchesFilter(context.database, sampleIdOf(change), filter)) yield change;
  }
}

/** One page of pictures as a connection; for Query.samples and Run.samples. */
export async function samplePage(
  context: RequestContext,
  args: { readonly first: number | null; readonly after: string | null; readonly filter: SampleFilter },
): Promise<SampleConnection> {
  const first = pageSize(args.first ?? 60, 500);
  const where = await whereSample(context.database, args.filter);
  return toConnection(
    await listSamples(context.database, where, { first, after: args.after ?? null }),
    where,
  );
}
