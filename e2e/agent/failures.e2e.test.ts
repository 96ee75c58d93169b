/** Each failure class, provoked: what the run's page says of it, whether the run is tried again, and what its log keeps. */
import { openSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  agentWords,
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
let agents: AgentProcess[] = [];

const agent = (...args: string[]): AgentProcess => {
  const started = stack.startAgent(['--backend', 'wasm', ...args]);
  agents.push(started);
  return started;
};

/** No configuration that is allowed makes this model's losses infinite; a processor that begins to miscalculate does. */
const startMiscalculating = (): void => {
  const fault = `const { log } = Math; let calls = 0; Math.log = (x) => ((calls += 1) > 5000 ? NaN : log(x));`;
  const preload = `--import=data:text/javascript,${encodeURIComponent(fault)}`;
  agents.push(stack.startAgent(['--backend', 'wasm', '--once'], { NODE_OPTIONS: preload }));
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

const isOver = ({ state }: RunPage): boolean => state === 'FAILED' || state === 'FINISHED';
const endOf = (sweepId: string): Promise<RunPage> => untilRun(stack, sweepId, 'the end', isOver);

/** Kills the training process of the sweep's run as soon as there is one that was not killed before. */
const killChild = async (sweepId: string, workDir: string, before?: number): Promise<number> => {
  const pid = await until('a training process', async () => {
    const run = (await runsOf(stack, sweepId))[0];
    const found = run && childPidOf(workDir, run);
    return found === before ? undefined : found;
  });
  process.kill(pid, 'SIGKILL');
  return pid;
};

const outcomes = ({ attempts }: RunPage) =>
  attempts.map(({ outcome, failureClass }) => [outcome, failureClass]);

describe('a run that fails', () => {
  it('for want of memory is told its limit and its peak, and is not tried again', async () => {
    const sweepId = await createSweep(stack, { parameters: { steps: 100_000 } });
    agent('--once', '--memory-limit-mb', '100');
    const run = await endOf(sweepId);
    expect(run).toMatchObject({ state: 'FAILED', failureClass: 'out_of_memory' });
    expect(run.failureMessage).toMatch(/used \d+ MB; the slot's limit is 100 MB \(--memory-limit-mb\)\./);
    expect(run.peakMemoryMb).toBeGreaterThan(100);
    expect(outcomes(run)).toEqual([['FAILED', 'out_of_memory']]);
    expect(await agentWords(stack, run.id)).toContain('failed at step');
  });

  it('because a loss is no number is told the step, and is not tried again', async () => {
    const sweepId = await createSweep(stack, { parameters: { steps: 100_000, checkpoint_every: 0 } });
    startMiscalculating();
    const run = await endOf(sweepId);
    expect(run).toMatchObject({ state: 'FAILED', failureClass: 'diverged' });
    expect(run.failureMessage).toMatch(new RegExp(`is not finite at step ${run.step}\\.`));
    expect(outcomes(run)).toEqual([['FAILED', 'diverged']]);
    expect(await agentWords(stack, run.id)).toContain('(diverged)');
  });

  it('because its dataset is not there is told the folder, and is not tried again', async () => {
    const nowhere = join(stack.folder, 'no-such-pictures');
    const sweepId = await createSweep(stack, { parameters: { dataset: 'folder', dataset_path: nowhere } });
    agent('--once');
    const run = await endOf(sweepId);
    expect(run).toMatchObject({ state: 'FAILED', failureClass: 'user_error' });
    expect(run.failureMessage).toContain(nowhere);
    expect(outcomes(run)).toEqual([['FAILED', 'user_error']]);
    expect(await agentWords(stack, run.id)).toContain(`(user_error): ${run.failureMessage}`);
  });

  it('because its process was killed is tried again, as often as its sweep allows', async () => {
    const sweepId = await createSweep(stack, { parameters: { steps: 100_000 }, maxFailures: 1 });
    agent();
    const workDir = join(stack.folder, 'agent');
    const first = await killChild(sweepId, workDir);
    await killChild(sweepId, workDir, first);
    const run = await endOf(sweepId);
    expect(run).toMatchObject({ state: 'FAILED', failureClass: 'crashed' });
    expect(run.failureMessage).toContain('The training process was ended by SIGKILL.');
    expect(outcomes(run)).toEqual([
      ['FAILED', 'crashed'],
      ['FAILED', 'crashed'],
    ]);
    const words = await agentWords(stack, run.id);
    expect(words.match(/\(crashed\): The training process was ended by SIGKILL/g)).toHaveLength(2);
  });

  it('because the disk has no more room for it says so when the server is back', async () => {
    const sweepId = await createSweep(stack, {
      parameters: {
        ...{ steps: 100_000, sample_every: 10, checkpoint_every: 0 },
        prompts: ['whale', 'tomato', 'bear', 'tulip', 'grapes', 'banana', 'broccoli', 'strawberry'],
        prompt_seeds: Array.from({ length: 16 }, (_, seed) => seed),
      },
      maxFailures: 0,
    });
    const running = agent('--once', '--spool-limit-mb', '1');
    const { id } = await untilRun(stack, sweepId, 'training', ({ step }) => step > 0);
    await stack.killApi('SIGKILL');
    await until('the word of the agent', () => running.output().includes('the training has ended: '));
    await stack.startApi();
    const run = await endOf(sweepId);
    expect(run).toMatchObject({ id, state: 'FAILED', failureClass: 'storage_full' });
    expect(run.failureMessage).toMatch(/spool.*it holds \d+ bytes of at most 1048576/);
    expect(await agentWords(stack, run.id)).toContain('(storage_full)');
  });

  it('because its agent is gone with its process goes on with another agent when the lease is over', async () => {
    const sweepId = await createSweep(stack, { parameters: { steps: 60 } });
    const first = agent('--name', 'first');
    const { id } = await untilRun(
      stack,
      sweepId,
      'a checkpoint',
      ({ checkpoints }) => checkpoints.length > 0,
    );
    first.kill('SIGKILL');
    await killChild(sweepId, join(stack.folder, 'agent'));
    agent('--once', '--name', 'second', '--work-dir', join(stack.folder, 'second'));
    const run = await endOf(sweepId);
    expect(run).toMatchObject({ id, state: 'FINISHED', failureClass: null });
    expect(outcomes(run)).toEqual([
      ['LOST', 'lost_agent'],
      ['FINISHED', null],
    ]);
    expect(run.attempts.map(({ agentName }) => agentName)).toEqual(['first', 'second']);
    expect(run.attempts[1]?.resumedFromStep).toBeGreaterThanOrEqual(20);
    expect(await curveOf(stack, run.id)).toMatchObject({ steps: wholeCurve(60).steps });
  });

  it('because its checkpoint is damaged goes on from the one before, at once', async () => {
    const sweepId = await createSweep(stack, { parameters: { steps: 80 } });
    const first = agent();
    await untilRun(stack, sweepId, 'a checkpoint', ({ checkpoints }) => checkpoints.length > 0);
    first.kill('SIGTERM');
    await first.exited;
    const released = await untilRun(stack, sweepId, 'the release', ({ state }) => state === 'QUEUED');
    const newest = released.checkpoints.reduce((a, b) => (a.step > b.step ? a : b));
    expect(newest.step).toBeGreaterThan(20);
    overwrite(newest.files.find(({ name }) => name === 'model.safetensors')?.blob.sha256 ?? '');
    agent('--count', '2');
    const run = await endOf(sweepId);
    expect(outcomes(run)).toEqual([
      ['RELEASED', null],
      ['FAILED', 'checkpoint_corrupt'],
      ['FINISHED', null],
    ]);
    const earlier = released.checkpoints.filter(({ step }) => step < newest.step).map(({ step }) => step);
    expect(run.attempts.map(({ resumedFromStep }) => resumedFromStep)).toEqual([
      0,
      newest.step,
      Math.max(...earlier),
    ]);
    expect(run.attempts[1]?.message).toMatch(/^model\.safetensors of the checkpoint of step \d+ cannot be/);
    expect(run.checkpoints.filter(({ damagedAt }) => damagedAt !== null)).toMatchObject([
      { step: newest.step, damageReason: run.attempts[1]?.message },
    ]);
    expect(await curveOf(stack, run.id)).toMatchObject({ steps: wholeCurve(80).steps });
    expect(await agentWords(stack, run.id)).toContain('(checkpoint_corrupt)');
  });
});

/** Damages a stored file as a failing disk does: same length, other bytes. */
const overwrite = (sha256: string): void => {
  const path = join(stack.folder, 'data', 'blobs', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(64, 0x55), 0, 64, 2_000);
  closeSync(file);
};
