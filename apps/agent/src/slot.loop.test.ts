import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AgentApi, LeaseAnswer } from './agent.api.ts';
import type { EventLog } from './event.log.ts';
import { createPatience } from './patience.ts';
import { createRunBudget, createStoppedSlots, runSlot, type StoppedSlots } from './slot.loop.ts';

const noWork = (command: 'CONTINUE' | 'PAUSE' | 'DRAIN' | 'STOP') =>
  ({ __typename: 'NoWork', command, commandReason: null, retryAfterMs: 1 }) as LeaseAnswer;
const granted = { __typename: 'LeaseGranted', runId: 'run' } as LeaseAnswer;

/** A slot whose questions get these answers in turn, and the last of them for ever. */
const start = (answers: LeaseAnswer[], stopped: StoppedSlots, slotIndex = 0, count?: number) => {
  const seen = { runs: 0, asked: 0, said: [] as string[] };
  const log: EventLog = { say: (text) => void seen.said.push(text), with: () => log };
  const leaving = new AbortController();
  const lease = async (): Promise<LeaseAnswer> => {
    seen.asked += 1;
    await delay(0);
    return (answers.length > 1 ? answers.shift() : answers[0]) as LeaseAnswer;
  };
  const ended = runSlot({
    api: { lease } as unknown as AgentApi,
    ...{ agentId: 'a', instanceId: 'i', slotIndex, sweep: undefined, codeVersion: '1', waitMs: 1 },
    ...{ log, stopped, leaving: leaving.signal },
    patience: createPatience(log, ''),
    budget: createRunBudget(count),
    runAttempt: async () => {
      seen.runs += 1;
    },
    runRender: async () => {},
    onStanding: () => {},
  });
  return { seen, ended, leave: () => leaving.abort() };
};

describe('a slot that a person stops', () => {
  it('waits while another slot works, says so once, and takes a run when it is set to RUN', async () => {
    const stop = noWork('STOP');
    const slot = start([stop, stop, stop, noWork('CONTINUE'), granted], createStoppedSlots(2), 0, 1);
    await slot.ended;
    expect(slot.seen).toEqual({
      runs: 1,
      asked: 5,
      said: ['stopped: waits to be set to RUN', 'waiting for a run'],
    });
  });

  it('ends with the agent when it is the last', async () => {
    const stopped = createStoppedSlots(2);
    const first = start([noWork('STOP')], stopped, 0);
    const second = start([granted, noWork('STOP')], stopped, 1);
    await Promise.all([first.ended, second.ended]);
    expect(second.seen.runs).toBe(1);
    expect([...first.seen.said, ...second.seen.said]).toContain('ends');
  });

  it('is not counted as stopped any more once it has been set to RUN', async () => {
    const stopped = createStoppedSlots(2);
    const back = start([noWork('STOP'), granted], stopped, 0, 1);
    await back.ended;
    const other = start([noWork('STOP')], stopped, 1);
    await expect.poll(() => other.seen.asked).toBeGreaterThan(3);
    other.leave();
    await other.ended;
    expect(other.seen.said).toEqual(['stopped: waits to be set to RUN']);
  });
});
