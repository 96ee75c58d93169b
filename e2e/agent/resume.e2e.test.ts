/** What interruptions may cost a run: time, and nothing else. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  childPidOf,
  createSweep,
  curveOf,
  type RunPage,
  runsOf,
  untilRun,
  wholeCurve,
} from './run.reader.ts';
import { type AgentProcess, type Stack, startStack, until } from './stack.ts';

let stack: Stack;
let workDir: string;
let agents: AgentProcess[] = [];

const agent = (...args: string[]): AgentProcess => {
  const started = stack.startAgent(['--backend', 'wasm', ...args]);
  agents.push(started);
  return started;
};

beforeAll(async () => {
  stack = await startStack();
  workDir = join(stack.folder, 'agent');
});
afterAll(() => stack.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(agents.map((each) => each.output()).join('\n---\n'));
  for (const each of agents) each.kill('SIGTERM');
  await Promise.all(agents.map(({ exited }) => exited));
  agents = [];
});

const childOf = async (sweepId: string): Promise<number> => {
  const run = (await runsOf(stack, sweepId))[0];
  const pid = run && childPidOf(workDir, run);
  if (pid === undefined) throw new Error('there is no training process');
  return pid;
};

const isFinished = ({ state }: RunPage): boolean => state === 'FINISHED';

/** The addresses of all files of the checkpoint of that step, by name: weights, moments, generators, cursor. */
const filesAt = ({ checkpoints }: RunPage, step: number): Record<string, string> =>
  Object.fromEntries(
    checkpoints
      .filter((checkpoint) => checkpoint.step === step)
      .flatMap(({ files }) => files.map(({ name, blob }) => [name, blob.sha256])),
  );

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a run that was interrupted', () => {
  it('ends with the same weights, to the bit, as one that was not, though its process and its agent were killed', async () => {
    const parameters = { steps: 120, checkpoint_every: 20, interpolation: 'uniform' };
    const calm = await createSweep(stack, { parameters });
    expect(await agent('--once').exited).toEqual({ code: 0, signal: null });
    const undisturbed = await untilRun(stack, calm, 'the end', isFinished);

    const rough = await createSweep(stack, { parameters });
    const first = agent();
    await untilRun(stack, rough, 'a checkpoint', ({ checkpoints }) => checkpoints.length > 0);
    process.kill(await childOf(rough), 'SIGKILL');
    await untilRun(
      stack,
      rough,
      'progress of the second attempt',
      ({ attempts, checkpoints }) => attempts.length === 2 && checkpoints.length > 1,
    );
    first.kill('SIGKILL');
    await first.exited;
    agent('--once');
    const disturbed = await untilRun(stack, rough, 'the end', isFinished);

    expect(undisturbed.attempts).toHaveLength(1);
    expect(disturbed.attempts.length).toBeGreaterThan(1);
    expect(Object.keys(filesAt(undisturbed, 120))).toContain('model.safetensors');
    const weights = (run: RunPage) => filesAt(run, 120)['model.safetensors'];
    expect(weights(disturbed)).toBe(weights(undisturbed));
    expect(await curveOf(stack, disturbed.id)).toMatchObject({ steps: wholeCurve(120).steps });
  });

  it('by nothing but the absence of the server arrives whole and once, though it ended meanwhile', async () => {
    const sweepId = await createSweep(stack, { parameters: { steps: 200, checkpoint_every: 40 } });
    agent('--once');
    await untilRun(stack, sweepId, 'training', ({ step }) => step > 0);
    const pid = await childOf(sweepId);
    await stack.killApi('SIGKILL');
    const away = Date.now();
    await until('the end of the training', () => !isAlive(pid));
    // Three leases: whoever only waits for the first to be over would take the run away.
    await until('three leases', () => Date.now() - away > 12_000);
    await stack.startApi();
    const run = await untilRun(stack, sweepId, 'the end', isFinished);
    expect(run.attempts).toMatchObject([{ epoch: 1, outcome: 'FINISHED' }]);
    expect(run.checkpoints.map(({ step }) => step).sort((a, b) => a - b)).toEqual([40, 80, 120, 160, 200]);
    expect(await curveOf(stack, run.id)).toEqual(wholeCurve(200));
  });
});
