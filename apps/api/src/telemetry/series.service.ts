/** Curves for charts: many runs and keys at once, as columns, never more points than asked for. */
import { BadInputError } from '../errors/api.error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { isId } from '../id.ts';
import { firstTimes, type SeriesRow, seriesColumns } from './series.sql.ts';

export type SeriesAxis = 'STEP' | 'TIME' | 'RELATIVE_TIME';

export interface SeriesRequest {
  readonly runIds: readonly string[];
  readonly keys: readonly string[];
  readonly axis: SeriesAxis;
  readonly points: number;
  readonly minStep: number | null;
  readonly maxStep: number | null;
}

export interface Series {
  readonly runId: string;
  readonly key: string;
  readonly totalPoints: number;
  readonly steps: number[];
  readonly x: number[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
  readonly last: (number | null)[];
  readonly attempts: { readonly epoch: number; readonly fromStep: number }[];
}

export const MAX_RUNS = 200;
const MAX_KEYS = 50;
const MAX_BUCKETS = 10_000;

/**
 * One series for each (run, key) that has a point in the range, in the order of the runs and keys asked for.
 * @throws BadInputError
 */
export async function readSeries(database: PrismaClient, request: SeriesRequest): Promise<Series[]> {
  check(request);
  const [rows, attempts, zero] = await Promise.all([
    seriesColumns(database, {
      runIds: request.runIds,
      keys: request.keys,
      points: request.points,
      minStep: request.minStep ?? 0,
      maxStep: request.maxStep ?? 2_147_483_647,
    }),
    database.attempt.findMany({
      where: { runId: { in: [...request.runIds] } },
      select: { runId: true, epoch: true, resumedFromStep: true },
      orderBy: { epoch: 'asc' },
    }),
    request.axis === 'RELATIVE_TIME' ? firstTimes(database, request.runIds) : [],
  ]);
  const startOf = new Map(zero.map((first) => [first.runId, first.time]));
  const byPair = new Map(rows.map((row) => [`${row.runId} ${row.key}`, row]));
  return request.runIds.flatMap((runId) =>
    request.keys.flatMap((key) => {
      const row = byPair.get(`${runId} ${key}`);
      if (row === undefined) return [];
      const marks = attempts.filter((attempt) => attempt.runId === runId);
      return [
        {
          ...toSeries(row, request.axis, startOf.get(runId) ?? 0),
          attempts: marks.map(({ epoch, resumedFromStep }) => ({ epoch, fromStep: resumedFromStep })),
        },
      ];
    }),
  );
}

function toSeries(row: SeriesRow, axis: SeriesAxis, startMs: number): Omit<Series, 'attempts'> {
  const steps = JSON.parse(row.steps) as number[];
  const times = JSON.parse(row.times) as number[];
  return {
    runId: row.runId,
    key: row.key,
    totalPoints: row.total,
    steps,
    x: axis === 'STEP' ? steps : axis === 'TIME' ? times : times.map((time) => time - startMs),
    min: JSON.parse(row.min) as (number | null)[],
    max: JSON.parse(row.max) as (number | null)[],
    last: JSON.parse(row.last) as (number | null)[],
  };
}

function check(request: SeriesRequest): void {
  const { runIds, keys, points } = request;
  if (runIds.length > MAX_RUNS)
    throw new BadInputError('input.runIds', runIds.length, `at most ${MAX_RUNS} runs`);
  runIds.forEach((id, i) => {
    if (!isId(id)) throw new BadInputError(`input.runIds[${i}]`, id, 'the id of a run');
  });
  if (new Set(runIds).size < runIds.length)
    throw new BadInputError('input.runIds', runIds, 'a list without repetition');
  if (keys.length > MAX_KEYS) throw new BadInputError('input.keys', keys.length, `at most ${MAX_KEYS} keys`);
  if (new Set(keys).size < keys.length)
    throw new BadInputError('input.keys', keys, 'a list without repetition');
  if (points < 1 || points > MAX_BUCKETS)
    throw new BadInputError('input.points', points, `1 to ${MAX_BUCKETS}`);
  if (runIds.length * keys.length * points > 1_000_000) {
    throw new BadInputError('input.points', points, 'fewer: at most 1,000,000 points over all runs and keys');
  }
}
