/** One sweep's stopping rule, ready to be asked. */
import type { AvailableStoppingRule, SweepDefinition } from '@plumage/contract';
import { medianRule } from './median.ts';
import type { ObservedRun, StopDecision } from './stopping-rule.ts';

/** The definition asks for a rule that is not there; `parseSweepDefinition` refuses such definitions. */
export class UnknownStoppingRuleError extends Error {
  readonly code = 'BAD_INPUT';
  readonly rule: string;

  constructor(rule: string) {
    super(`stopping rule '${rule}' is not there; known is median`);
    this.rule = rule;
  }
}

export interface Stopping {
  readonly type: AvailableStoppingRule;
  /**
   * Whether `run` should end now. Call it after each reported point, in order of steps.
   *
   * @param finished all runs of the sweep that have FINISHED
   */
  decide(run: ObservedRun, finished: readonly ObservedRun[]): StopDecision;
}

/** The sweep's rule, or null when it has none. @throws UnknownStoppingRuleError when there is no such rule */
export const createStopping = ({ earlyTerminate, metric }: SweepDefinition): Stopping | null => {
  if (earlyTerminate === null || metric === null) return null;
  if (earlyTerminate.type !== 'median') throw new UnknownStoppingRuleError(earlyTerminate.type);
  const { type, ...options } = earlyTerminate;
  return { type, decide: (run, finished) => medianRule.decide(run, finished, options, metric.goal) };
};
