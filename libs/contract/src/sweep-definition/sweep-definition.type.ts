/**
 * A sweep's definition in its full form: every default filled in, nested parameters flattened to dotted paths,
 * unknown is null. It is plain JSON, and parameters are an array because their order is the grid's order, which a
 * database's JSON object would not keep. Made only by `parseSweepDefinition`; frozen.
 */
import type { ParameterValue, Scalar } from '../assignment.ts';
import type { Trainer } from '../hyperparameters/trainers.ts';
import type { Placement } from '../placement.ts';
import type { StoppingDefinition } from './early-terminate.schema.ts';
import type { Exclusion } from './exclusion.ts';

export const sweepMethods = ['grid', 'random', 'sobol', 'tpe', 'gp', 'cmaes', 'pbt', 'nsga2'] as const;
export type SweepMethod = (typeof sweepMethods)[number];

/** What a parameter's value is drawn from. Names and meanings are W&B's; see libs/search for the exact formulas. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: ParameterValue }
  | {
      readonly kind: 'categorical';
      readonly values: readonly ParameterValue[];
      /** One weight a value, summing to 1; null is uniform. */
      readonly probabilities: readonly number[] | null;
    }
  | { readonly kind: RangeKind; readonly min: number; readonly max: number }
  | { readonly kind: QuantizedRangeKind; readonly min: number; readonly max: number; readonly q: number }
  | { readonly kind: 'normal' | 'log_normal'; readonly mu: number; readonly sigma: number }
  | {
      readonly kind: 'q_normal' | 'q_log_normal';
      readonly mu: number;
      readonly sigma: number;
      readonly q: number;
    };

export type RangeKind =
  | 'int_uniform'
  | 'uniform'
  | 'log_uniform'
  | 'log_uniform_values'
  | 'inv_log_uniform'
  | 'inv_log_uniform_values';
export type QuantizedRangeKind = 'q_uniform' | 'q_log_uniform' | 'q_log_uniform_values';
export type DistributionKind = Distribution['kind'];

/** Holds when the parameter at path `parameter` is active and has one of `values`. */
export interface Condition {
  readonly parameter: string;
  readonly values: readonly Scalar[];
}

export interface ParameterDefinition {
  /** Dotted path from the root, which is also the key in an assignment. */
  readonly path: string;
  readonly distribution: Distribution;
  /** The parameter is active when all of these hold; empty is always. */
  readonly when: readonly Condition[];
}

export interface SweepMetric {
  readonly name: string;
  readonly goal: 'minimize' | 'maximize';
  /** Once a run reaches it no new run starts. */
  readonly target: number | null;
}

/** What ends a sweep besides its run_cap; null is no limit. */
export interface SweepBudget {
  /** Hours by the clock since the first run started. */
  readonly hours: number | null;
  /** Hours of slots at work, summed over all attempts. */
  readonly acceleratorHours: number | null;
}

/** Population based training (Jaderberg et al. 2017), in the words of Ray's scheduler. */
export interface PbtOptions {
  /** Members that train side by side. At least 2. */
  readonly population: number;
  /** Steps that a member trains before it is compared. At least 1. */
  readonly interval: number;
  /** How often each member trains an interval. At least 1. */
  readonly generations: number;
  /** The worst of the population by this share copy one of the best by this share. Above 0, at most 0.5. */
  readonly quantile: number;
  /** How likely a copied hyperparameter is drawn anew rather than scaled. 0 to 1. */
  readonly resample: number;
  /** A numeric hyperparameter that is not drawn anew is multiplied by one of these. */
  readonly factors: readonly number[];
}

export interface SweepDefinition {
  readonly name: string | null;
  readonly description: string | null;
  readonly method: SweepMethod;
  /** What runs are ranked by: the first of `metrics`. */
  readonly metric: SweepMetric | null;
  /** Every objective; more than one is a search for the Pareto front. Empty without a metric. */
  readonly metrics: readonly SweepMetric[];
  readonly parameters: readonly ParameterDefinition[];
  readonly earlyTerminate: StoppingDefinition | null;
  /** The most runs that the sweep will ever have; null is no limit. */
  readonly runCap: number | null;
  readonly budget: SweepBudget;
  /** Regions in which no run starts. */
  readonly exclude: readonly Exclusion[];
  /** With method pbt; else null. */
  readonly pbt: PbtOptions | null;
  /** The most runs at one time; null is no limit. */
  readonly concurrency: number | null;
  /** How often one run may be tried again after a failure that is worth a retry. */
  readonly maxFailures: number;
  /** With the run's number it determines every suggestion. 0 to 2^53 - 1. */
  readonly seed: number;
  /** Ids of earlier sweeps whose results the sampler knows from the start. */
  readonly warmStart: readonly string[];
  readonly trainer: Trainer;
  /** With trainer command: program and arguments, the agent's macros not filled in yet; else null. */
  readonly command: readonly string[] | null;
  /** The data set's name; null is the trainer's default. */
  readonly dataset: string | null;
  /** What a slot must offer to get a run; null asks for nothing. */
  readonly requires: Placement | null;
  /** Which point of the metric's curve is the objective: the newest, the best, or that at (or first after) a step. */
  readonly objectiveAt: 'last' | 'best' | number;
  /** Sweeps of a higher priority are served first; equals take turns. -100 to 100. */
  readonly priority: number;
}
