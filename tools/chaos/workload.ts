/**
 * What is trained: sweeps over the same few configurations, so that each run can be held against the one that was
 * trained without disturbance. Every second sweep ranks its runs by a metric, since points of those are taken in
 * another way.
 */
import type { Ask } from './graph.client.ts';

export const configurations = 6;
export const steps = 60;
const sampleEvery = 20;
const checkpointEvery = 10;
const prompts = ['tomato', 'whale'];
const promptSeeds = [1, 2];

/** Training seeds of a sweep's runs. */
const trainingSeeds = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

const definition = (name: string, runs: number, ranked: boolean): string => {
  const values = {
    preset: 'cpu-tiny',
    steps,
    log_every: 1,
    sample_every: sampleEvery,
    checkpoint_every: checkpointEvery,
    eval_every: 0,
    prompts,
    prompt_seeds: promptSeeds,
  };
  const fixed = Object.entries(values).map(([key, value]) => [key, { value }]);
  return JSON.stringify({
    name,
    method: 'grid',
    run_cap: runs,
    ...(ranked && { metric: { name: 'g/loss', goal: 'minimize' } }),
    max_failures: 100,
    parameters: { ...Object.fromEntries(fixed), seed: { values: trainingSeeds(runs) } },
  });
};

/** @returns the sweep's id. @throws what the graph refuses, and while nobody answers */
export const addSweep = async (ask: Ask, number: number, runs: number): Promise<string> => {
  const answer = await ask<{ createSweep: { sweep?: { id: string }; problems?: unknown } }>(
    `mutation ($source: String!) { createSweep(input: { source: $source }) {
      ... on SweepCreated { sweep { id } }
      ... on SweepInvalid { problems { path message expected } }
    } }`,
    { source: definition(`chaos-${number}`, runs, number % 2 === 1) },
  );
  if (!answer.createSweep.sweep) throw new Error(JSON.stringify(answer.createSweep.problems));
  return answer.createSweep.sweep.id;
};

export interface Progress {
  readonly sweeps: number;
  /** Sweeps that have not ended. */
  readonly open: number;
  /** Runs that the sweeps will have in the end. */
  readonly planned: number;
  readonly finished: number;
  /** Ended otherwise: failed, cancelled, pruned. */
  readonly fallen: number;
}

interface SweepPage {
  readonly state: string;
  readonly runCap: number;
  readonly runCounts: { finished: number; failed: number; cancelled: number; pruned: number };
}

const sumOf = (sweeps: readonly SweepPage[], pick: (sweep: SweepPage) => number): number =>
  sweeps.reduce((total, sweep) => total + pick(sweep), 0);

/** How far everything is. @throws while nobody answers */
export const readProgress = async (ask: Ask): Promise<Progress> => {
  const answer = await ask<{ sweeps: { edges: { node: SweepPage }[] } }>(
    `{ sweeps(first: 200) { edges { node { state runCap runCounts { finished failed cancelled pruned } } } } }`,
  );
  const sweeps = answer.sweeps.edges.map(({ node }) => node);
  return {
    sweeps: sweeps.length,
    open: sweeps.filter(({ state }) => state !== 'FINISHED' && state !== 'CANCELLED').length,
    planned: sumOf(sweeps, ({ runCap }) => runCap),
    finished: sumOf(sweeps, ({ runCounts }) => runCounts.finished),
    fallen: sumOf(sweeps, ({ runCounts }) => runCounts.failed + runCounts.cancelled + runCounts.pruned),
  };
};
