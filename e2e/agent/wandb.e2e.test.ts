/** W&B's sweep files, unchanged, to their end: each of its methods, with a program that an agent runs. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentProcess, type Stack, startStack, until } from './stack.ts';

const folder = fileURLToPath(new URL('wandb', import.meta.url));

let stack: Stack;
let agent: AgentProcess | undefined;
beforeEach(async () => {
  stack = await startStack();
  agent = undefined;
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(agent?.output());
  await stack.stop();
});

interface SweepPage {
  readonly state: string;
  readonly bestRun: {
    readonly assignment: Readonly<Record<string, unknown>>;
    readonly objective: number;
  } | null;
  readonly runs: {
    readonly edges: ReadonlyArray<{
      readonly node: {
        readonly state: string;
        readonly step: number;
        readonly objective: number | null;
        readonly assignment: Readonly<Record<string, unknown>>;
      };
    }>;
  };
}

/** Hands in the file as it is, lets one agent work until the sweep has ended, and reads its page. */
const runToTheEnd = async (file: string) => {
  const { createSweep } = await stack.ask<{ createSweep: { sweep?: { id: string }; problems?: unknown } }>(
    `mutation ($source: String!) { createSweep(input: { source: $source }) {
      ... on SweepCreated { sweep { id } }
      ... on SweepInvalid { problems { path message expected } }
    } }`,
    { source: readFileSync(`${folder}/${file}`, 'utf8') },
  );
  if (!createSweep.sweep) throw new Error(JSON.stringify(createSweep.problems));
  const { id } = createSweep.sweep;
  agent = stack.startAgent(['--backend', 'cpu', '--slots', '3', '--allow-command', '--command-dir', folder]);
  const sweep = await until(`the end of ${file}`, async () => {
    const page = await stack.ask<{ sweep: SweepPage }>(
      `query ($id: ID!) { sweep(id: $id) { state bestRun { assignment objective }
        runs(first: 100) { edges { node { state step objective assignment } } } } }`,
      { id },
    );
    return page.sweep.state === 'FINISHED' ? page.sweep : undefined;
  });
  return { ...sweep, runs: sweep.runs.edges.map(({ node }) => node) };
};

describe("a sweep file of W&B's runs here as it is", { timeout: 240_000 }, () => {
  it('grid: every combination once, nested parameters as options', async () => {
    const { runs, bestRun } = await runToTheEnd('grid.yaml');
    expect(runs.map((run) => run.state)).toEqual(Array(6).fill('FINISHED'));
    expect(new Set(runs.map(({ assignment }) => JSON.stringify(assignment))).size).toBe(6);
    expect(bestRun?.assignment).toEqual({ lr: 0.01, 'optimizer.name': 'adam', epochs: 5 });
    expect(bestRun?.objective).toBeCloseTo(0.2, 10);
  });

  it('random: as many runs as its cap, each to its own end', async () => {
    const { runs, bestRun } = await runToTheEnd('random.yaml');
    expect(runs).toHaveLength(6);
    for (const run of runs) expect(run).toMatchObject({ state: 'FINISHED', step: run.assignment['epochs'] });
    expect(bestRun?.objective).toBe(Math.max(...runs.map(({ objective }) => objective ?? 0)));
  });

  it('bayes with hyperband: it closes in on what is good, and what is not ends early', async () => {
    const { runs, bestRun } = await runToTheEnd('bayes.yaml');
    expect(runs).toHaveLength(14);
    const pruned = runs.filter((run) => run.state === 'PRUNED');
    expect(pruned.length).toBeGreaterThan(0);
    expect(runs.filter((run) => run.state === 'FINISHED')).toHaveLength(14 - pruned.length);
    for (const { step } of pruned) expect(step).toBeLessThan(27);
    const lr = Number(bestRun?.assignment['lr']);
    expect(Math.abs(Math.log10(lr) + 2)).toBeLessThan(0.2);
  });
});
