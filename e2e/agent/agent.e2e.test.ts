import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentProcess, type Stack, startStack, until } from './stack.ts';

let stack: Stack;
let agents: AgentProcess[];
beforeEach(async () => {
  stack = await startStack();
  agents = [];
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(agents.map((agent) => agent.output()).join('\n---\n'));
  await stack.stop();
});

const agent = (args: readonly string[] = [], env: Record<string, string> = {}): AgentProcess => {
  const started = stack.startAgent(['--backend', 'wasm', ...args], env);
  agents.push(started);
  return started;
};

interface RunPage {
  readonly id: string;
  readonly state: string;
  readonly step: number;
  readonly failureClass: string | null;
  readonly failureMessage: string | null;
  readonly attempts: ReadonlyArray<{ epoch: number; outcome: string | null; resumedFromStep: number }>;
  readonly checkpoints: ReadonlyArray<{ step: number }>;
  readonly sampleSteps: readonly number[];
  readonly datasetDigest: string | null;
}

/** A sweep of the smallest model: of one run, unless `grid` has more. */
const createRun = async (parameters: Record<string, unknown>, grid: object = {}): Promise<string> => {
  const all = { preset: 'cpu-tiny', log_every: 1, sample_every: 0, checkpoint_every: 20, ...parameters };
  const source = JSON.stringify({
    name: 'tiny',
    method: 'grid',
    metric: { name: 'g/loss', goal: 'minimize' },
    parameters: {
      ...Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }])),
      ...grid,
    },
  });
  const { createSweep } = await stack.ask<{ createSweep: { sweep?: { id: string } } }>(
    `mutation ($source: String!) { createSweep(input: { source: $source }) {
      ... on SweepCreated { sweep { id } }
      ... on SweepInvalid { problems { path message expected } }
    } }`,
    { source },
  );
  if (!createSweep.sweep) throw new Error(JSON.stringify(createSweep));
  return createSweep.sweep.id;
};

const findRun = async (): Promise<RunPage | undefined> => {
  const { runs } = await stack.ask<{ runs: { edges: Array<{ node: RunPage }> } }>(`{ runs { edges { node {
    id state step failureClass failureMessage attempts { epoch outcome resumedFromStep } checkpoints { step }
    sampleSteps datasetDigest } } } }`);
  return runs.edges[0]?.node;
};

const untilRun = (what: string, holds: (run: RunPage) => boolean): Promise<RunPage> =>
  until(what, async () => {
    const run = await findRun();
    return run && holds(run) ? run : undefined;
  });

/** The steps that a chart of the run shows, all of them. */
const curve = async (runId: string): Promise<{ steps: number[]; totalPoints: number }> => {
  const { series } = await stack.ask<{ series: Array<{ steps: number[]; totalPoints: number }> }>(
    `query ($runIds: [ID!]!) { series(input: { runIds: $runIds, keys: ["g/loss"], points: 2000 }) { steps totalPoints } }`,
    { runIds: [runId] },
  );
  return series[0] ?? { steps: [], totalPoints: 0 };
};
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/** The pid of the training child, which the agent keeps in its work folder. */
const childPid = (): number => {
  const runs = join(stack.folder, 'agent', 'runs');
  const name = readdirSync(runs)[0] ?? '';
  return JSON.parse(readFileSync(join(runs, name, 'lease.json'), 'utf8')).childPid;
};

describe('an agent, the API and Postgres', () => {
  it('train a tiny run to its end: curve, pictures, checkpoints and digest are there', async () => {
    await createRun({ steps: 40, sample_every: 20 });
    const { exited } = agent(['--once']);
    expect(await exited).toEqual({ code: 0, signal: null });
    const run = await untilRun('the end', ({ state }) => state === 'FINISHED');
    expect(run).toMatchObject({ step: 40, failureClass: null });
    expect(run.datasetDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(run.sampleSteps).toContain(40);
    expect(run.checkpoints.map(({ step }) => step)).toEqual(expect.arrayContaining([20, 40]));
    expect(await curve(run.id)).toEqual({ steps: upTo(40), totalPoints: 40 });
  });

  it('resume a run whose training process was killed with -9 from its checkpoint, with a continuous curve', async () => {
    await createRun({ steps: 100 });
    const running = agent(['--count', '2']);
    await untilRun('a checkpoint', ({ checkpoints }) => checkpoints.length > 0);
    process.kill(childPid(), 'SIGKILL');
    const run = await untilRun('the end', ({ state }) => state === 'FINISHED');
    expect(run.attempts.map(({ outcome }) => outcome)).toEqual(['FAILED', 'FINISHED']);
    expect(run.attempts[1]?.resumedFromStep).toBeGreaterThanOrEqual(20);
    expect(await curve(run.id)).toMatchObject({ steps: upTo(100) });
    expect(await running.exited).toEqual({ code: 0, signal: null });
  });

  it('release a run on SIGTERM, and a second agent finishes it', async () => {
    await createRun({ steps: 100, checkpoint_every: 0 });
    const first = agent(['--name', 'first']);
    await untilRun('training', ({ step }) => step > 10);
    first.kill('SIGTERM');
    expect(await first.exited).toEqual({ code: 0, signal: null });
    const released = await untilRun('the release', ({ state }) => state === 'QUEUED');
    const second = agent(['--once', '--name', 'second', '--work-dir', join(stack.folder, 'second')]);
    expect(await second.exited).toEqual({ code: 0, signal: null });
    const run = await untilRun('the end', ({ state }) => state === 'FINISHED');
    expect(run.attempts.map(({ outcome }) => outcome)).toEqual(['RELEASED', 'FINISHED']);
    expect(run.attempts[1]?.resumedFromStep).toBe(released.checkpoints.at(-1)?.step);
    expect(await curve(run.id)).toEqual({ steps: upTo(100), totalPoints: 100 });
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'lose no point when the API ends by %s in mid-run and comes back',
    async (signal) => {
      await createRun({ steps: 150 });
      const running = agent(['--once']);
      await untilRun('training', ({ step }) => step > 10);
      await stack.killApi(signal);
      // Longer than a lease.
      await new Promise((done) => setTimeout(done, 6_000));
      await stack.startApi();
      expect(await running.exited).toEqual({ code: 0, signal: null });
      const run = await untilRun('the end', ({ state }) => state === 'FINISHED');
      expect(await curve(run.id)).toMatchObject({ steps: upTo(150) });
    },
  );

  it('let a killed agent’s successor deliver what was left and finish the run', async () => {
    await createRun({ steps: 100 });
    const first = agent();
    await untilRun('a checkpoint', ({ checkpoints }) => checkpoints.length > 0);
    first.kill('SIGKILL');
    await first.exited;
    const second = agent(['--once']);
    expect(await second.exited).toEqual({ code: 0, signal: null });
    const run = await untilRun('the end', ({ state }) => state === 'FINISHED');
    expect(await curve(run.id)).toMatchObject({ steps: upTo(100) });
  });

  it('stop a run that was cancelled from the page', async () => {
    await createRun({ steps: 100_000 });
    agent();
    const { id } = await untilRun('training', ({ step }) => step > 5);
    await stack.ask(`mutation ($runId: ID!) { cancelRun(input: { runId: $runId }) { run { id } } }`, {
      runId: id,
    });
    const run = await untilRun('the end', ({ state }) => state === 'CANCELLED');
    expect(run.attempts.at(-1)?.outcome).toBe('CANCELLED');
  });

  it('pause a run from the page and go on with it', async () => {
    await createRun({ steps: 100, checkpoint_every: 0 });
    agent();
    const { id } = await untilRun('training', ({ step }) => step > 5);
    await stack.ask(`mutation ($runId: ID!) { pauseRun(input: { runId: $runId }) { run { id } } }`, {
      runId: id,
    });
    const paused = await untilRun('the pause', ({ state }) => state === 'PAUSED');
    expect(paused.checkpoints).toHaveLength(1);
    await stack.ask(`mutation ($runId: ID!) { resumeRun(input: { runId: $runId }) { run { id } } }`, {
      runId: id,
    });
    const run = await untilRun('the end', ({ state }) => state === 'FINISHED');
    expect(await curve(run.id)).toEqual({ steps: upTo(100), totalPoints: 100 });
  });

  it('train every run of one sweep on two slots, and leave when it is finished', async () => {
    const id = await createRun({ steps: 20, checkpoint_every: 0 }, { seed: { values: [1, 2, 3, 4] } });
    const running = agent(['--sweep', id, '--slots', '2']);
    expect(await running.exited).toEqual({ code: 0, signal: null });
    const { sweep } = await stack.ask<{ sweep: object }>(
      'query ($id: ID!) { sweep(id: $id) { state runCounts { total finished } } }',
      { id },
    );
    expect(sweep).toEqual({ state: 'FINISHED', runCounts: { total: 4, finished: 4 } });
    expect(running.output()).toMatch(/slot 0 · .* finished/);
    expect(running.output()).toMatch(/slot 1 · .* finished/);
  });

  it('say what the machine offers', async () => {
    const doctor = stack.startAgent(['doctor']);
    expect(await doctor.exited).toEqual({ code: 0, signal: null });
    expect(doctor.output()).toMatch(/ok {4}server: .* answers \(version .*\) and takes the key/);
    expect(doctor.output()).toMatch(/ok {4}back end wasm: usable; /);
  });

  it('tell in one sentence what is wrong with how the agent was started', async () => {
    const wrongKey = `plu_agent_${'x'.repeat(43)}`;
    const cases: Array<[string[], Record<string, string>, RegExp, number]> = [
      [[], { PLUMAGE_AGENT_KEY: wrongKey }, /refused the agent key: .*The Settings page/, 2],
      [[], { PLUMAGE_AGENT_KEY: stack.keys.userKey }, /user key .*expected an agent key/, 2],
      [['--server', 'http://127.0.0.1:9'], {}, /http:\/\/127\.0\.0\.1:9 cannot be reached after 4 tries/, 1],
      [['--server', 'nonsense'], {}, /--server is "nonsense"; expected an address such as/, 2],
      [['--slots', 'many'], {}, /--slots is "many"; expected a whole number from 1 to 64/, 2],
      [['--backend', 'abacus'], {}, /backend is "abacus"; expected auto or one of/, 1],
      [['--frobnicate'], {}, /Unknown option '--frobnicate'.*--help/, 2],
    ];
    for (const [args, env, sentence, code] of cases) {
      const failed = agent(args, env);
      expect(await failed.exited).toEqual({ code, signal: null });
      expect(failed.output()).toMatch(sentence);
      expect(failed.output()).not.toContain('    at ');
      expect(failed.output()).not.toContain(wrongKey);
    }
  });
});
