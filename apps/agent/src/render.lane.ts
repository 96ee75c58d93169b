/**
 * The render lane: while no slot asks because they are at work, the agent still asks for renders, so that whoever waits for pictures
 * waits seconds and not for the end of a training. It draws on `wasm`: a GPU that trains has no memory to spare, and a
 * training that was slowed or ended by somebody's curiosity would be the worse surprise. As soon as a slot is idle the
 * lane falls silent, since that slot asks for both and draws on its own back end.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentApi, LeaseAnswer, RenderGranted } from './agent.api.ts';
import type { EventLog } from './event.log.ts';
import type { Occupancy } from './render.occupancy.ts';

export interface RenderLaneOptions {
  readonly api: AgentApi;
  readonly agentId: string;
  readonly instanceId: string;
  readonly codeVersion: string;
  readonly sweep: string | undefined;
  readonly waitMs: number;
  readonly occupancy: Occupancy;
  /** Aborted: ask no more. */
  readonly signal: AbortSignal;
  readonly log: EventLog;
  readonly runRender: (grant: RenderGranted) => Promise<unknown>;
}

/** How long the lane keeps silent after an answer that only a slot can act on. */
const silenceMs = 10_000;

const ask = (options: RenderLaneOptions, slotIndex: number, signal: AbortSignal): Promise<LeaseAnswer> => {
  const { api, agentId, instanceId, codeVersion, sweep, waitMs } = options;
  const input = { agentId, instanceId, slotIndex, codeVersion, sweepId: sweep ?? null, waitMs };
  return api.lease({ ...input, accepts: ['RENDER'] }, signal);
};

/** Ends when the signal does. What is wrong with the server is found and said by the slots, which ask it too. */
export const runRenderLane = async (options: RenderLaneOptions): Promise<void> => {
  const { occupancy, signal, log } = options;
  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => {});
  for (let turn = 0; !signal.aborted; turn++) {
    const needed = await occupancy.needed(signal).catch(() => undefined);
    if (needed === undefined) return;
    const asking = AbortSignal.any([signal, needed.changed]);
    // In turn: a slot that trains may have been told to take no more, and another not.
    const slotIndex = needed.slots[turn % needed.slots.length] ?? 0;
    const answer = await ask(options, slotIndex, asking).catch(() => undefined);
    if (answer?.__typename === 'RenderGranted') {
      await options.runRender(answer).catch((error: unknown) => {
        log.say(
          `a fault of the agent while drawing: ${error instanceof Error ? error.stack : error}`,
          'error',
        );
      });
    } else if (answer?.__typename === 'NoWork' && answer.command === 'CONTINUE') {
      await pause(answer.retryAfterMs);
    } else if (!asking.aborted) {
      await pause(silenceMs);
    }
  }
};
