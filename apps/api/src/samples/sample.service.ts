/** Samples: pictures of a run at a step, one a (kind, prompt, seed). Taken behind the fence, listed by filter. */
import { BadInputError } from '../errors/api.error.ts';
import type { Prisma, PrismaClient, Sample, SampleKind } from '../generated/prisma/client.ts';
import { isId, newId } from '../id.ts';
import { announce } from '../live/announce.sql.ts';
import { requireFence } from '../runs/fence.service.ts';
import type { Fence } from '../runs/lease.sql.ts';
import { decodeIdKey, type Page, pageById } from '../schema/page.ts';
import type { ReportResult } from '../telemetry/metric.service.ts';
import { insertSamples, newestSampleSteps, type NewSample } from './sample.sql.ts';
import { requireStored } from './stored-blobs.ts';

export const MAX_SAMPLES = 1_000;

export type GivenSample = Omit<NewSample, 'id' | 'blobSha'> & { readonly blobSha256: string };

/**
 * Idempotent on (run, epoch, step, kind, prompt index, seed).
 * @throws BadInputError with the path of the wrong sample; LeaseLostError.
 */
export async function reportSamples(
  database: PrismaClient,
  fence: Fence,
  given: readonly GivenSample[],
): Promise<ReportResult> {
  if (given.length > MAX_SAMPLES) {
    throw new BadInputError('input.samples', given.length, `at most ${MAX_SAMPLES} samples a batch`);
  }
  given.forEach(checkSample);
  return await database.$transaction(async (tx) => {
    const held = await requireFence(tx, fence);
    await requireStored(
      tx,
      given.map((sample, i) => ({ path: `input.samples[${i}].blobSha256`, sha256: sample.blobSha256 })),
    );
    const ids = await insertSamples(
      tx,
      fence,
      given.map(({ blobSha256, ...sample }) => ({ ...sample, id: newId(), blobSha: blobSha256 })),
    );
    await announce(
      tx,
      ids.map((sampleId) => ({
        kind: 'SAMPLE' as const,
        sweepId: held.sweepId,
        runId: fence.runId,
        detail: { sampleId },
      })),
    );
    const duplicate = given.length > 0 && ids.length === 0;
    return { accepted: true, duplicate, command: held.command, reason: held.commandReason };
  });
}

function checkSample(sample: GivenSample, i: number): void {
  const path = `input.samples[${i}]`;
  if (sample.step < 0) throw new BadInputError(`${path}.step`, sample.step, 'at least 0');
  if (sample.promptIndex < 0)
    throw new BadInputError(`${path}.promptIndex`, sample.promptIndex, 'at least 0');
  if (sample.prompt.length > 2_000)
    throw new BadInputError(`${path}.prompt`, sample.prompt, 'at most 2,000 characters');
  for (const side of ['width', 'height'] as const) {
    if (sample[side] < 1 || sample[side] > 32_768)
      throw new BadInputError(`${path}.${side}`, sample[side], '1 to 32,768');
  }
}

export interface SampleFilter {
  readonly kind?: SampleKind | null;
  readonly projectId?: string | null;
  readonly sweepId?: string | null;
  readonly runIds?: readonly string[] | null;
  /** Part of the caption, in any case. */
  readonly prompt?: string | null;
  readonly promptIndex?: number | null;
  readonly seed?: number | null;
  readonly step?: number | null;
  readonly minStep?: number | null;
  readonly maxStep?: number | null;
  /** Only the newest step of each run. */
  readonly latestOnly?: boolean | null;
}

/** The filter as a condition; samples that a resume has superseded never match. @throws BadInputError */
export async function whereSample(
  database: PrismaClient,
  filter: SampleFilter,
): Promise<Prisma.SampleWhereInput> {
  checkFilter(filter);
  const and: Prisma.SampleWhereInput[] = [{ superseded: false }];
  if (filter.kind) and.push({ kind: filter.kind });
  if (filter.runIds) and.push({ runId: { in: [...filter.runIds] } });
  if (filter.sweepId) and.push({ run: { sweepId: filter.sweepId } });
  if (filter.projectId) and.push({ run: { sweep: { projectId: filter.projectId } } });
  if (filter.prompt) and.push({ prompt: { contains: escapeLike(filter.prompt), mode: 'insensitive' } });
  for (const key of ['promptIndex', 'seed', 'step'] as const) {
    const value = filter[key];
    if (value !== null && value !== undefined) and.push({ [key]: value });
  }
  if (filter.minStep !== null && filter.minStep !== undefined) and.push({ step: { gte: filter.minStep } });
  if (filter.maxStep !== null && filter.maxStep !== undefined) and.push({ step: { lte: filter.maxStep } });
  if (filter.latestOnly) {
    const newest = await newestSampleSteps(database, {
      runIds: filter.runIds ?? null,
      kind: filter.kind ?? null,
      sweepId: filter.sweepId ?? null,
      projectId: filter.projectId ?? null,
    });
    and.push({ OR: newest.map(({ runId, step }) => ({ runId, step })) });
  }
  return { AND: and };
}

/** `%` and `_` are ordinary characters of a caption. */
const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

function checkFilter(filter: SampleFilter): void {
  for (const key of ['projectId', 'sweepId'] as const) {
    const id = filter[key];
    if (id && !isId(id)) throw new BadInputError(`filter.${key}`, id, 'an id of this server');
  }
  if ((filter.runIds?.length ?? 0) > 1_000) {
    throw new BadInputError('filter.runIds', filter.runIds?.length, 'at most 1,000 runs');
  }
  filter.runIds?.forEach((id, i) => {
    if (!isId(id)) throw new BadInputError(`filter.runIds[${i}]`, id, 'an id of this server');
  });
  if ((filter.prompt?.length ?? 0) > 2_000) {
    throw new BadInputError('filter.prompt', filter.prompt, 'at most 2,000 characters');
  }
}

/** Newest first. */
export async function listSamples(
  database: PrismaClient,
  where: Prisma.SampleWhereInput,
  page: { readonly first: number; readonly after: string | null },
): Promise<Page<Sample>> {
  const id = decodeIdKey(page.after);
  const rows = await database.sample.findMany({
    where: { AND: [where, id === null ? {} : { id: { lt: id } }] },
    orderBy: { id: 'desc' },
    take: page.first + 1,
  });
  return pageById(rows, page.first);
}

/** Whether a sample that has just arrived is one that the filter asks for; `latestOnly` is true of any. */
export async function matchesFilter(
  database: PrismaClient,
  sampleId: string,
  filter: SampleFilter,
): Promise<boolean> {
  const where = await whereSample(database, { ...filter, latestOnly: null });
  return (await database.sample.count({ where: { AND: [{ id: sampleId }, where] } })) > 0;
}
