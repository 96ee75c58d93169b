/** Population based training with real trainings: what a generation of a member starts from, and what interrupts it. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Descendant, descendantsOf, type StoredCheckpoint, weightsOf } from './lineage.reader.ts';
import { childPidOf, createSweep, curveOf, type RunPage, runsOf, untilRun } from './run.reader.ts';
import { type AgentProcess, type Stack, startStack, until } from './stack.ts';

let stack: Stack;
let agents: AgentProcess[] = [];

const agent = (): AgentProcess => {
  const started = stack.startAgent(['--backend', 'wasm']);
  agents.push(started);
  return started;
};

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(agents.map((each) => each.output()).join('\n---\n'));
  for (const each of agents) each.kill('SIGTERM');
  await Promise.all(agents.map(({ exited }) => exited));
  agents = [];
});

/** What a copied rate is multiplied by: so small that a copy trains, and its weights stay what they were. */
const STILL = 1e-100;

const createPopulation = (
  pbt: { population: number; interval: number; generations: number },
  every: number,
) =>
  createSweep(stack, {
    parameters: { checkpoint_every: every },
    grid: { learning_rate: { min: 0.0, max: 0.01 } },
    search: { method: 'pbt', seed: 7, pbt: { ...pbt, quantile: 0.34, resample: 0, factors: [STILL] } },
  });

const endOf = async (sweepId: string): Promise<Descendant[]> => {
  await until('the end of the sweep', async () => {
    const { sweep } = await stack.ask<{ sweep: { state: string } }>(
      'query ($id: ID!) { sweep(id: $id) { state } }',
      { id: sweepId },
    );
    return sweep.state === 'FINISHED';
  });
  return descendantsOf(stack, sweepId);
};

const numbered = (runs: readonly Descendant[], number: number | null): Descendant => {
  const found = runs.find((run) => run.number === number);
  if (found === undefined) throw new Error(`there is no run ${number}`);
  return found;
};

const lastOf = ({ number, checkpoints }: Descendant): StoredCheckpoint => {
  const last = checkpoints.at(-1);
  if (last === undefined) throw new Error(`run ${number} has no checkpoint`);
  return last;
};

/** Each with the run that it starts from. */
const pairsOf = (runs: readonly Descendant[]): ReadonlyArray<{ child: Descendant; parent: Descendant }> =>
  runs
    .filter(({ parent }) => parent !== null)
    .map((child) => ({ child, parent: numbered(runs, child.parent) }));

const stepsBetween = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i + 1);

describe('a population', () => {
  let runs: Descendant[];
  beforeAll(async () => {
    const sweepId = await createPopulation({ population: 3, interval: 20, generations: 3 }, 10);
    const one = agent();
    try {
      runs = await endOf(sweepId);
    } finally {
      one.kill('SIGTERM');
      await one.exited;
    }
  }, 240_000);

  it('trains every member for every generation, each once and to the end of its interval', () => {
    expect(runs.map(({ state }) => state)).toEqual(Array.from({ length: 9 }, () => 'FINISHED'));
    const places = runs.map(({ member, generation }) => `${generation}.${member}`);
    expect(places.sort()).toEqual(['0.0', '0.1', '0.2', '1.0', '1.1', '1.2', '2.0', '2.1', '2.2']);
    for (const run of runs) {
      expect(run.attempts).toHaveLength(1);
      expect(run.config.steps).toBe((run.generation + 1) * 20);
      expect(lastOf(run).step).toBe(run.config.steps);
    }
  });

  it('starts each child from the newest checkpoint of its parent, whose files are neither copied nor sent again', () => {
    expect(pairsOf(runs)).toHaveLength(6);
    for (const { child, parent } of pairsOf(runs)) {
      const newest = lastOf(parent);
      expect(child.parentStep).toBe(newest.step);
      expect(child.attempts).toEqual([{ resumedFromStep: newest.step, from: newest }]);
      expect(child.checkpoints.map(({ step }) => step)).toEqual([newest.step + 10, newest.step + 20]);
    }
    for (const { parent, attempts } of runs.filter(({ generation }) => generation === 0)) {
      expect({ parent, attempts }).toEqual({ parent: null, attempts: [{ resumedFromStep: 0, from: null }] });
    }
  });

  it('replaces the worst of each generation by a copy of another with an explored rate; others keep theirs', () => {
    for (const generation of [1, 2]) {
      const pairs = pairsOf(runs).filter(({ child }) => child.generation === generation);
      const copies = pairs.filter(({ child, parent }) => child.member !== parent.member);
      expect(copies).toHaveLength(1);
      for (const { child, parent } of pairs) {
        const factor = child.member === parent.member ? 1 : STILL;
        expect(child.config.learning_rate).toBe(parent.config.learning_rate * factor);
      }
    }
  });

  it('gives a copy the weights of the run that it copies, to the bit', async () => {
    for (const { child, parent } of pairsOf(runs)) {
      const [before, after] = [await weightsOf(stack, lastOf(parent)), await weightsOf(stack, lastOf(child))];
      expect(before.size).toBeGreaterThan(10);
      // A rate of nearly nought moves nothing: what is there at the end was there at the start.
      if (child.config.learning_rate < 1e-50) expect(after).toEqual(before);
      else expect(after).not.toEqual(before);
    }
  });

  it('shows in the graph how each run came to be, with what was changed', async () => {
    interface Lineage {
      run: { lineage: { run: { number: number }; kind: string; fromStep: number; changes: object[] }[] };
    }
    for (const { id, number } of runs.filter(({ generation }) => generation === 2)) {
      const { run } = await stack.ask<Lineage>(
        `query ($id: ID!) { run(id: $id) {
          lineage { run { number } kind fromStep changes { parameter from to } } } }`,
        { id },
      );
      const chain = [numbered(runs, number)];
      for (let first = chain[0]; first?.parent != null; first = chain[0])
        chain.unshift(numbered(runs, first.parent));
      const expected = chain.map((link, i) => {
        const before = i === 0 ? undefined : chain[i - 1];
        const [from, to] = [before?.config.learning_rate, link.config.learning_rate];
        const kind = before?.member === link.member ? 'CONTINUED' : 'EXPLOITED';
        return {
          run: { number: link.number },
          kind: before === undefined ? 'STARTED' : kind,
          fromStep: i * 20,
          changes: before === undefined || from === to ? [] : [{ parameter: 'learning_rate', from, to }],
        };
      });
      expect(run.lineage).toEqual(expected);
    }
  });

  it('draws the curve of each run over its own interval and no other', async () => {
    for (const { id, parentStep, config } of runs) {
      const steps = stepsBetween(parentStep ?? 0, config.steps);
      expect(await curveOf(stack, id)).toEqual({ steps, totalPoints: steps.length });
    }
  });
});

const childPid = (sweepId: string, number: number): Promise<number> =>
  until('a training process', async () => {
    const run = (await runsOf(stack, sweepId))[number];
    return run && childPidOf(join(stack.folder, 'agent'), run);
  });

describe('a child whose training and agent are killed', () => {
  it('goes on from its own checkpoint, or from its parent’s while it has none, and every run is there once', async () => {
    const sweepId = await createPopulation({ population: 2, interval: 200, generations: 2 }, 50);
    const third = (what: string, holds: (run: RunPage) => boolean) =>
      untilRun(stack, sweepId, what, holds, 2);
    const first = agent();
    await third('a child that trains', ({ state, step }) => state === 'RUNNING' && step > 200);
    process.kill(await childPid(sweepId, 2), 'SIGKILL');
    await third(
      'a checkpoint of the second attempt',
      ({ attempts, checkpoints }) => attempts.length > 1 && checkpoints.length > 0,
    );
    first.kill('SIGKILL');
    await first.exited;
    agent();
    const runs = await endOf(sweepId);

    expect(runs.map(({ generation, member, state }) => [generation, member, state])).toEqual([
      [0, 0, 'FINISHED'],
      [0, 1, 'FINISHED'],
      [1, 0, 'FINISHED'],
      [1, 1, 'FINISHED'],
    ]);
    const child = numbered(runs, 3);
    const parent = numbered(runs, child.parent);
    expect(child.attempts.length).toBeGreaterThan(1);
    expect(child.attempts[0]).toEqual({ resumedFromStep: 200, from: lastOf(parent) });
    for (const { from, resumedFromStep } of child.attempts.slice(1)) {
      expect([...child.checkpoints, lastOf(parent)]).toContainEqual(from);
      expect(resumedFromStep).toBe(from?.step);
    }
    // One more may be there: a training whose agent is gone writes where it stands.
    const steps = child.checkpoints.map((checkpoint) => checkpoint.step);
    expect(steps).toEqual(expect.arrayContaining([250, 300, 350, 400]));
    for (const run of runs) {
      const whole = stepsBetween(run.parentStep ?? 0, run.config.steps);
      expect(await curveOf(stack, run.id)).toEqual({ steps: whole, totalPoints: whole.length });
    }
  });
});
