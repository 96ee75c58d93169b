/**
 * Asks the sweep's stopping rule about the points that have just arrived, one after the other as the rule demands,
 * against the finished runs of the sweep. The rule itself is pure (libs/search); this fetches the curves.
 */
import type { RunState, SweepDefinition } from '@plumage/contract';
import { createStopping, type ObservedRun } from '@plumage/search';
import type { Transaction } from '../database.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { type CurveRow, curveOf, finishedCurvesAt } from './metric.sql.ts';

export interface Stop {
  /** For a person, and for the agent's log. */
  readonly sentence: string;
  /** The whole explanation: rule, step, value, rank, cutoff, peers, sentence. */
  readonly reason: Prisma.InputJsonObject;
}

/** @returns null when the run goes on. */
export async function judgeRun(
  tx: Transaction,
  asked: {
    readonly runId: string;
    readonly sweepId: string;
    readonly definition: SweepDefinition;
    /** Steps of the points that have just arrived, ascending. */
    readonly steps: readonly number[];
  },
): Promise<Stop | null> {
  const { runId, sweepId, definition, steps } = asked;
  const stopping = createStopping(definition);
  if (stopping === null || definition.metric === null) return null;
  const key = definition.metric.name;
  const { number } = await tx.run.findUniqueOrThrow({ where: { id: runId }, select: { number: true } });
  const own = observed({ number, ...(await curveOf(tx, runId, key)) }, 'RUNNING');
  const finished = (await finishedCurvesAt(tx, { sweepId, key, steps })).map((row) =>
    observed(row, 'FINISHED'),
  );
  for (const step of new Set(steps)) {
    const soFar = { ...own, curve: own.curve.filter(([at]) => at <= step) };
    const { stop, explanation } = stopping.decide(soFar, finished);
    if (stop)
      return { sentence: explanation.sentence, reason: { ...explanation, peers: [...explanation.peers] } };
  }
  return null;
}

const observed = (row: CurveRow, state: RunState): ObservedRun => ({
  number: row.number,
  state,
  objective: null,
  stoppedAtRung: null,
  curve: row.steps.map((step, i) => [step, row.values[i] ?? Number.NaN] as const),
});
