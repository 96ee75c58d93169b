import { ApiError } from '@plumage/api-client';
import { describe, expect, it } from 'vitest';
import { AgentFault } from './agent.error.ts';
import { createEventLog } from './event.log.ts';
import { concernsAll, keepSlot } from './slot.keeper.ts';

const never = new AbortController().signal;

const keep = (outcomes: Array<Error | 'done'>, more: { now?: () => number; leaving?: AbortSignal } = {}) => {
  const lines: string[] = [];
  const log = createEventLog({ json: false, write: (line) => void lines.push(line), now: () => new Date(0) });
  let starts = 0;
  const work = async (): Promise<void> => {
    const outcome = outcomes[starts++];
    if (outcome instanceof Error) throw outcome;
  };
  const options = { log, leaving: more.leaving ?? never, giveUp: never, waitMs: 1, rowMs: 1_000 };
  const kept = keepSlot(work, { ...options, now: more.now ?? (() => 0) });
  return { kept, lines, starts: () => starts };
};

describe('a slot', () => {
  it('goes on after a fault of the agent, which is said', async () => {
    const slot = keep([new TypeError('x is undefined'), 'done']);
    await slot.kept;
    expect(slot.starts()).toBe(2);
    expect(slot.lines[0]).toMatch(/error: a fault of the agent in this slot; it goes on in .*x is undefined/);
  });

  it('rests after three faults in a row', async () => {
    const slot = keep([new Error('one'), new Error('two'), new Error('three'), 'done']);
    await expect(slot.kept).rejects.toThrow('three');
    expect(slot.starts()).toBe(3);
    expect(slot.lines.at(-1)).toMatch(/it rests now: .*three/);
  });

  it('does not count faults that lie far apart as a row', async () => {
    let at = 0;
    const faults = Array.from({ length: 6 }, (_, index) => new Error(`fault ${index}`));
    const slot = keep([...faults, 'done'], { now: () => (at += 1_000) });
    await slot.kept;
    expect(slot.starts()).toBe(7);
  });

  it.each([
    ['its name was taken over', new AgentFault('SUPERSEDED', 'taken over')],
    [
      'the server refuses it',
      new ApiError('no', { code: 'UNAUTHENTICATED', status: 401, path: '', extensions: {} }),
    ],
  ])('passes on at once that %s', async (_, fault) => {
    const slot = keep([fault, 'done']);
    await expect(slot.kept).rejects.toBe(fault);
    expect(slot.starts()).toBe(1);
    expect(concernsAll(fault)).toBe(true);
  });

  it('does not start again while the agent leaves', async () => {
    const leaving = AbortSignal.abort();
    const slot = keep([new Error('torn down'), 'done'], { leaving });
    await expect(slot.kept).rejects.toThrow('torn down');
    expect(slot.starts()).toBe(1);
  });
});
