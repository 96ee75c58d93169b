/**
 * Asks the sweep's stopping rule about the points that have just arrived, one after the other as the rule demands,
 * against what it needs of the sweep's other runs, and keeps each decision that compared something. The rule itself
 * is pure (libs/search), and all that it ever looks at is in Postgres, so nothing is lost with a process.
 */
import type { SweepDefinition } from '@plumage/contract';
import { createStopping, type ObservedRun, type PeerNeeds, type Stopping } from '@plumage/search';
import type { Transaction } from '../database.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import {
  bestFinishedRun,
  type CurveRow,
  curveOfRun,
  finishedRunsAt,
  judgeAlone,
  runsFrom,
  wholeCurves,
} from './curve.sql.ts';
import { keepDecisions, type NewDecision } from './decision.sql.ts';

export interface Stop {
  /** For a person, and for the agent's log. */
  readonly sentence: string;
  /** The whole explanation (libs/search: StopExplanation). */
  readonly reason: Prisma.InputJsonObject;
}

export interface Judged {
  readonly runId: string;
  readonly epoch: number;
  readonly sweepId: string;
  /** Of the sweep's definition. */
  readonly version: number;
  readonly definition: SweepDefinition;
  /** Steps of the points that have just arrived, ascending. */
  readonly steps: readonly number[];
}

/** The caller holds the run's row. @returns null when the run goes on. */
export async function judgeRun(tx: Transaction, asked: Judged): Promise<Stop | null> {
  const { runId, sweepId, definition } = asked;
  const stopping = createStopping(definition);
  if (stopping === null || definition.metric === null) return null;
  const query = { runId, sweepId, key: definition.metric.name };
  const row = await curveOfRun(tx, runId, query.key);
  if (row === undefined) return null;
  const own = observed(row);
  const steps = [...new Set(asked.steps)];
  const needs = stopping.needs(own, steps);
  const peers = (await peersOf(tx, query, needs, stopping)).map(observed);

  const kept: NewDecision[] = [];
  let stop: NewDecision | null = null;
  for (const step of steps) {
    const soFar = { ...own, curve: own.curve.filter(([at]) => at <= step) };
    const decision = stopping.decide(soFar, peers);
    const entry = { step, stop: decision.stop, explanation: decision.explanation };
    if (decision.compared) kept.push(entry);
    if (!decision.stop) continue;
    if (!decision.compared) kept.push(entry);
    stop = entry;
    break;
  }
  await keepDecisions(tx, asked, kept);
  if (stop === null) return null;
  const { explanation } = stop;
  return { sentence: explanation.sentence, reason: { ...explanation, peers: [...explanation.peers] } };
}

/** In Postgres what `peersFor` of libs/search is in code. */
async function peersOf(
  tx: Transaction,
  query: { readonly runId: string; readonly sweepId: string; readonly key: string },
  needs: PeerNeeds,
  { goal }: Stopping,
): Promise<CurveRow[]> {
  switch (needs.kind) {
    case 'none':
      return [];
    case 'points-at':
      return await finishedRunsAt(tx, query, needs.steps);
    case 'first-points-from':
      await judgeAlone(tx, query.sweepId);
      return await runsFrom(tx, query, needs.steps, needs.count);
    case 'best-curve':
      return await bestFinishedRun(tx, query, goal);
    case 'whole-curves': {
      await judgeAlone(tx, query.sweepId);
      const all = await wholeCurves(tx, query);
      return all.filter(({ id }) => id !== query.runId);
    }
  }
}

export const observed = (row: CurveRow): ObservedRun => ({
  number: row.number,
  state: row.state,
  objective: row.objective,
  stoppedAtRung: row.stoppedAtRung,
  curve: row.steps.map((step, i) => [step, row.values[i] ?? Number.NaN] as const),
});
