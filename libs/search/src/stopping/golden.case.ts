/** What the scripts in tools/golden have recorded, as tests want it. */
import type { StoppingDefinition } from '@plumage/contract';
import { createStoppingRule } from './stopping.ts';
import type { Curve, Goal, Stopping } from './stopping-rule.ts';

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

export const parseGolden = <Case>(text: string): Golden<Case> => JSON.parse(text) as Golden<Case>;

/** NaN and infinities are written as text. */
export const curveFrom = (raw: RawCurve): Curve => raw.map(([step, value]) => [step, Number(value)] as const);

/** The rule of a case, whose options are written in full. */
export const ruleOf = (type: StoppingDefinition['type'], { options, goal }: GoldenCase): Stopping =>
  createStoppingRule({ type, ...options } as unknown as StoppingDefinition, goal);
