/** What several figures of one sweep are computed from, read once a request. */
import {
  type Assignment,
  type ParameterDefinition,
  type RunState,
  type SweepDefinition,
  type SweepMetric,
} from '@plumage/contract';
import { completeAssignment, createSearch } from '@plumage/search';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { readLatest, readRuns, type RunTuple } from './insight.sql.ts';

export interface SweepRun {
  readonly id: string;
  readonly number: number;
  readonly state: RunState;
  /** Completed from the configuration; parameters that are inactive are absent. */
  readonly assignment: Assignment;
  /** By the definition's metrics, in their order. */
  readonly objectives: readonly (number | null)[];
  readonly endedAt: number | null;
}

export interface SweepSheet {
  /** Of the newest version. */
  readonly metrics: readonly SweepMetric[];
  readonly parameters: readonly ParameterDefinition[];
  readonly seed: number;
  readonly version: number;
  /** By number. */
  readonly runs: readonly SweepRun[];
}

export async function sheetOfSweep(
  database: PrismaClient,
  ids: readonly string[],
): Promise<(SweepSheet | null)[]> {
  const [sweeps, found] = await Promise.all([
    database.sweep.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, definition: true, version: true },
    }),
    readRuns(database, ids),
  ]);
  const runsOf = new Map(found.map(({ sweepId, runs }) => [sweepId, runs]));
  const sheets = new Map(
    sweeps.map(({ id, definition, version }) => [
      id,
      toSheet(definition as unknown as SweepDefinition, version, runsOf.get(id) ?? []),
    ]),
  );
  return ids.map((id) => sheets.get(id) ?? null);
}

function toSheet(definition: SweepDefinition, version: number, tuples: readonly RunTuple[]): SweepSheet {
  const { space } = createSearch(definition);
  const { metrics, parameters, seed } = definition;
  const runs = tuples.map(([id, number, state, assignment, others, objective, objectives, endedAt]) => ({
    ...{ id, number, state, endedAt },
    assignment: completeAssignment(space, assignment, others ?? {}),
    objectives: metrics.length > 1 ? objectives : [objective],
  }));
  return { metrics, parameters, seed, version, runs };
}

/** The newest values of a metric by run number. Keys are made by `latestKey`. */
export function latestOfSweep(
  database: PrismaClient,
  keys: readonly string[],
): Promise<ReadonlyMap<number, number>[]> {
  return Promise.all(
    keys.map(async (key) => new Map(await readLatest(database, key.slice(0, 36), key.slice(37)))),
  );
}

/** An id has 36 characters. */
export const latestKey = (sweepId: string, metric: string): string => `${sweepId} ${metric}`;
