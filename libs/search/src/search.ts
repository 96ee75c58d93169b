/** One sweep's search, ready to be asked: its space, its sampler and the generator of each run. */
import type { SweepDefinition, SweepMethod } from '@plumage/contract';
import { observer } from './observation.ts';
import { type HistoryEntry, runRng, type Sampler, type Suggestion } from './sampler.ts';
import { cmaesSampler } from './samplers/cmaes.ts';
import { gpSampler } from './samplers/gp.ts';
import { gridSampler } from './samplers/grid.ts';
import { nsga2Sampler } from './samplers/nsga2.ts';
import { pbtSampler } from './samplers/pbt.ts';
import { randomSampler } from './samplers/random.ts';
import { sobolSampler } from './samplers/sobol.ts';
import { tpeSampler } from './samplers/tpe.ts';
import { compileSpace, type Space } from './space/space.ts';
import { type SeenAssignments, suggestUnseen } from './suggest-unseen.ts';

/** A method of the grammar that has no sampler does not compile. */
const samplers: Readonly<Record<SweepMethod, Sampler>> = {
  cmaes: cmaesSampler,
  gp: gpSampler,
  grid: gridSampler,
  nsga2: nsga2Sampler,
  pbt: pbtSampler,
  random: randomSampler,
  sobol: sobolSampler,
  tpe: tpeSampler,
};

export interface SuggestInput {
  /** Number of the run that will get the suggestion, from 1. */
  readonly runNumber: number;
  /** Keys of all runs of the sweep so far, by `suggestionKey`. */
  readonly seen: SeenAssignments;
  /** All runs so far in order of their numbers; may be empty when the sampler's `usesHistory` is false. */
  readonly history: readonly HistoryEntry[];
}

export interface Search {
  readonly space: Space;
  readonly usesHistory: boolean;
  /** The next assignment, which no run in `seen` has; 'exhausted' when none is left, 'wait' when none is due. Pure. */
  suggest(input: SuggestInput): Suggestion;
}

export const createSearch = (definition: SweepDefinition): Search => {
  const { method, parameters, exclude, metrics, seed, pbt } = definition;
  const sampler = samplers[method];
  const space = compileSpace(parameters, method === 'grid' ? 'grid' : 'drawn', exclude);
  const observe = observer(metrics);
  return {
    space,
    usesHistory: sampler.usesHistory,
    suggest: ({ runNumber, seen, history }) =>
      suggestUnseen({
        sampler,
        space,
        seen,
        history: observe(history),
        rng: runRng(seed, runNumber),
        context: { runNumber, seed, objectives: Math.max(1, metrics.length), pbt },
      }),
  };
};
