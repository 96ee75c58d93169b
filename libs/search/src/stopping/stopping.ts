/** One sweep's stopping rule, ready to be asked. */
import type { StoppingDefinition, StoppingRuleType, SweepDefinition } from '@plumage/contract';
import { medianRule } from './median.ts';
import { percentileRule } from './percentile.ts';
import type {
  Goal,
  ObservedRun,
  PeerNeeds,
  PlannedBracket,
  RungStanding,
  StopDecision,
  StoppingRule,
} from './stopping-rule.ts';

/** A `StoppingRule` with its options and the metric's goal filled in; see there for what each part promises. */
export interface Stopping {
  readonly type: StoppingRuleType;
  readonly goal: Goal;
  /** What must be known of the other runs to judge `run` at `steps`, points of its curve that have just arrived. */
  needs(run: ObservedRun, steps: readonly number[]): PeerNeeds;
  /** Whether `run` should end now, judged at its newest step. Call it after each reported point, in order. */
  decide(run: ObservedRun, peers: readonly ObservedRun[]): StopDecision;
  /** Where the rungs stand up to step `upTo`; empty for a rule without rungs. */
  brackets(upTo: number): readonly PlannedBracket[];
  /** Who stands on which rung, from whole curves; empty for a rule without rungs. */
  standings(runs: readonly ObservedRun[]): readonly RungStanding[];
}

const bind = <Options>(rule: StoppingRule<Options>, options: Options, goal: Goal): Stopping => ({
  type: rule.type,
  goal,
  needs: (run, steps) => rule.needs(run, steps, options),
  decide: (run, peers) => rule.decide(run, peers, options, goal),
  brackets: (upTo) => rule.brackets(options, upTo),
  standings: (runs) => rule.standings(runs, options, goal),
});

/** The rule of a definition, or another that its runs are to be replayed under. */
export const createStoppingRule = (rule: StoppingDefinition, goal: Goal): Stopping => {
  switch (rule.type) {
    case 'median':
      return bind(medianRule, rule, goal);
    case 'percentile':
      return bind(percentileRule, rule, goal);
    default:
      throw new UnknownStoppingRuleError(rule.type);
  }
};

/** The sweep's rule, or null when it has none. */
export const createStopping = ({
  earlyTerminate,
  metric,
}: Pick<SweepDefinition, 'earlyTerminate' | 'metric'>): Stopping | null =>
  earlyTerminate === null || metric === null ? null : createStoppingRule(earlyTerminate, metric.goal);

/** The definition asks for a rule that is not there; `parseSweepDefinition` refuses such definitions. */
export class UnknownStoppingRuleError extends Error {
  readonly code = 'BAD_INPUT';
  readonly rule: string;

  constructor(rule: string) {
    super(`stopping rule '${rule}' is not there`);
    this.rule = rule;
  }
}
