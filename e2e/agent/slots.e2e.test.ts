/** One agent with two slots, ordered about from its page: what is asked of one slot leaves the other training. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSweep, type RunPage, runsOf, untilRun } from './run.reader.ts';
import { type AgentProcess, type Stack, startStack, until } from './stack.ts';

interface AgentPage {
  readonly id: string;
  readonly stoppedAt: string | null;
  readonly slots: ReadonlyArray<{
    readonly index: number;
    readonly intent: string;
    readonly memoryUsedMb: number | null;
    readonly utilisation: number | null;
    readonly run: { readonly id: string } | null;
  }>;
}

let stack: Stack;
let running: AgentProcess;
/** A sweep of one run that no test ends, and one of a short and an endless run that are ordered about. */
let steady: string;
let moved: string;
let movedSlot: number;

const findAgent = async (): Promise<AgentPage | undefined> => {
  const { agents } = await stack.ask<{ agents: AgentPage[] }>(
    '{ agents { id stoppedAt slots { index intent memoryUsedMb utilisation run { id } } } }',
  );
  return agents[0];
};

const setIntent = async (intent: string, slotIndex: number | null): Promise<void> => {
  const agentId = (await findAgent())?.id;
  await stack.ask('mutation ($input: AgentIntentInput!) { setAgentIntent(input: $input) { agent { id } } }', {
    input: { agentId, intent, slotIndex },
  });
};

const trains = ({ state, step }: RunPage): boolean => state === 'RUNNING' && step > 5;

/** The run of the other slot has gone on by itself, in its first attempt. */
const expectSteadyProgress = async (): Promise<void> => {
  const before = (await runsOf(stack, steady))[0];
  const after = await untilRun(stack, steady, 'more training', ({ step }) => step > (before?.step ?? 0) + 5);
  expect(after).toMatchObject({ state: 'RUNNING', attempts: [{ epoch: 1, outcome: null }] });
};

beforeAll(async () => {
  stack = await startStack();
  const parameters = { steps: 1_000_000, checkpoint_every: 0 };
  steady = await createSweep(stack, { parameters });
  running = stack.startAgent(['--backend', 'wasm', '--slots', '2']);
  await untilRun(stack, steady, 'training', trains);
  moved = await createSweep(stack, {
    parameters: { checkpoint_every: 0 },
    grid: { steps: { values: [250, 1_000_000] } },
  });
  const run = await untilRun(stack, moved, 'training', trains);
  movedSlot = run.attempts[0]?.slotIndex ?? -1;
});
afterAll(() => stack.stop());
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(running.output());
});

describe('one slot of two', () => {
  it('that is paused gives its run back with a checkpoint, and takes it up again when it is set to RUN', async () => {
    await setIntent('PAUSE', movedSlot);
    const paused = await untilRun(stack, moved, 'the pause', ({ state }) => state === 'QUEUED');
    expect(paused.checkpoints).toHaveLength(1);
    expect(paused.attempts).toMatchObject([{ outcome: 'RELEASED' }]);
    await expectSteadyProgress();
    await setIntent('RUN', movedSlot);
    const again = await untilRun(stack, moved, 'training', ({ state }) => state === 'RUNNING');
    expect(again.attempts[1]).toMatchObject({
      slotIndex: movedSlot,
      resumedFromStep: paused.checkpoints[0]?.step,
    });
  });

  it('that is drained lets its run end, and takes no more until it is set to RUN', async () => {
    await setIntent('DRAIN', movedSlot);
    const run = await untilRun(stack, moved, 'the end', ({ state }) => state === 'FINISHED');
    expect(run.attempts.map(({ outcome }) => outcome)).toEqual(['RELEASED', 'FINISHED']);
    await until('the word of the slot', () => running.output().includes('drained: takes no more runs'));
    await expectSteadyProgress();
    expect((await runsOf(stack, moved)).map(({ state }) => state)).not.toContain('RUNNING');
    await setIntent('RUN', movedSlot);
    await untilRun(stack, moved, 'training', trains, 1);
  });

  it('that is stopped gives its run back, waits, and comes back when it is set to RUN', async () => {
    await setIntent('STOP', movedSlot);
    const stopped = await untilRun(stack, moved, 'the stop', ({ state }) => state === 'QUEUED', 1);
    expect(stopped.checkpoints).toHaveLength(1);
    await until('the word of the slot', () => running.output().includes('stopped: waits to be set to RUN'));
    await expectSteadyProgress();
    await setIntent('RUN', movedSlot);
    await untilRun(stack, moved, 'training', trains, 1);
  });

  it('says what its own training takes of the machine', async () => {
    const slots = await until('figures of both slots', async () => {
      const found = (await findAgent())?.slots ?? [];
      const told = found.every(
        ({ memoryUsedMb, utilisation }) => memoryUsedMb !== null && utilisation !== null,
      );
      return told ? found : undefined;
    });
    expect(slots.map(({ index }) => index)).toEqual([0, 1]);
    expect(new Set(slots.map(({ run }) => run?.id)).size).toBe(2);
    for (const { memoryUsedMb } of slots) expect(memoryUsedMb).toBeGreaterThan(20);
  });
});

describe('an agent that is stopped', () => {
  it('saves and gives back the runs of all its slots, and ends with code 0', async () => {
    await setIntent('STOP', null);
    expect(await running.exited).toEqual({ code: 0, signal: null });
    const runs = [(await runsOf(stack, steady))[0], (await runsOf(stack, moved))[1]];
    for (const run of runs) {
      expect(run).toMatchObject({ state: 'QUEUED' });
      expect(run?.attempts.at(-1)?.outcome).toBe('RELEASED');
      expect(run?.checkpoints.length).toBeGreaterThan(0);
    }
    expect((await findAgent())?.stoppedAt).not.toBeNull();
  });
});
