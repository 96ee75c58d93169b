/** Reads what the scripts in tools/golden have recorded; for tests only. */
import { readFileSync } from 'node:fs';
import type { StoppingDefinition } from '@plumage/contract';
import { peersFor } from './peers.ts';
import { createStoppingRule } from './stopping.ts';
import type { Curve, Goal, ObservedRun, StopDecision, Stopping } from './stopping-rule.ts';

export type RawCurve = readonly (readonly [number, number | string])[];

interface GoldenCase {
  readonly options: Record<string, unknown>;
  readonly goal: Goal;
  /** 0 and 1, or false and true. */
  readonly decisions: readonly (number | boolean)[];
}

export interface Golden<Case> {
  readonly madeBy: Readonly<Record<string, string | number>>;
  readonly cases: readonly (Case & GoldenCase)[];
}

export const readGolden = <Case>(name: string): Golden<Case> =>
  JSON.parse(readFileSync(new URL(`./${name}.golden.json`, import.meta.url), 'utf8')) as Golden<Case>;

/** NaN and infinities are written as text. */
export const curveFrom = (raw: RawCurve): Curve => raw.map(([step, value]) => [step, Number(value)] as const);

/** The rule of a case, whose options are written in full. */
export const ruleOf = (type: StoppingDefinition['type'], { options, goal }: GoldenCase): Stopping =>
  createStoppingRule({ type, ...options } as unknown as StoppingDefinition, goal);

/** Decides as a caller does: asks what is needed, gets that much, and judges the newest point. */
export const judge = (stopping: Stopping, run: ObservedRun, all: readonly ObservedRun[]): StopDecision => {
  const newest = run.curve.slice(-1).map(([step]) => step);
  return stopping.decide(run, peersFor(run.number, stopping.needs(run, newest), all, stopping.goal));
};
