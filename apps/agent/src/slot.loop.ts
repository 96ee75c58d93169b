/** One slot's life: ask for a run or a render, train or draw it, ask again, until the agent leaves or its count is reached. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LeaseInput } from '@plumage/api-client/operations';
import type { AgentApi, LeaseAnswer, LeaseGranted, RenderGranted } from './agent.api.ts';
import { AgentFault } from './agent.error.ts';
import type { EventLog } from './event.log.ts';
import type { Patience } from './patience.ts';

/** How many runs may still be begun, over all slots. */
export interface RunBudget {
  /** True when one may be begun; it is then taken. */
  take(): boolean;
  /** Gives back what was taken for a run that did not come. */
  giveBack(): void;
}

export const createRunBudget = (count: number | undefined): RunBudget => {
  let left = count ?? Number.POSITIVE_INFINITY;
  return {
    take() {
      if (left <= 0) return false;
      left -= 1;
      return true;
    },
    giveBack() {
      left += 1;
    },
  };
};

/** Slots that a person has stopped. One of several waits to be set to RUN again; when all are, the agent ends. */
export interface StoppedSlots {
  /** The slot is stopped, or has ended. @returns true when every slot is */
  add(slotIndex: number): boolean;
  delete(slotIndex: number): void;
}

export const createStoppedSlots = (count: number): StoppedSlots => {
  const stopped = new Set<number>();
  return {
    add: (slotIndex) => stopped.add(slotIndex).size >= count,
    delete: (slotIndex) => void stopped.delete(slotIndex),
  };
};

export interface SlotOptions {
  readonly api: AgentApi;
  readonly agentId: string;
  readonly instanceId: string;
  readonly slotIndex: number;
  readonly sweep: string | undefined;
  readonly codeVersion: string;
  readonly waitMs: number;
  readonly log: EventLog;
  readonly patience: Patience;
  readonly budget: RunBudget;
  readonly stopped: StoppedSlots;
  /** Aborted: take no more. */
  readonly leaving: AbortSignal;
  readonly runAttempt: (grant: LeaseGranted) => Promise<unknown>;
  readonly runRender: (grant: RenderGranted) => Promise<unknown>;
  /** Told whether the slot would be given work, or stands aside by order. */
  readonly onStanding: (standing: 'asking' | 'aside') => void;
}

const quarantinePollMs = 10_000;
const mostIdleMs = 1_500;

/** Says each state of an idle slot once. */
const createIdleTeller = (log: EventLog) => {
  let said: string | undefined;
  return {
    say(text: string): void {
      if (said !== text) log.say(text);
      said = text;
    },
    reset(): void {
      said = undefined;
    },
  };
};

type NoWork = Extract<LeaseAnswer, { __typename: 'NoWork' }>;

const idleWords = (answer: NoWork): string => {
  const why = answer.commandReason ? ` (${answer.commandReason})` : '';
  switch (answer.command) {
    case 'PAUSE':
      return `paused from the Agents page${why}`;
    case 'DRAIN':
      return `drained: takes no more runs${why}`;
    case 'STOP':
      return `stopped: waits to be set to RUN${why}`;
    case 'CONTINUE':
    case 'PRUNE':
    case 'CANCEL':
    case 'LEASE_LOST':
      return 'waiting for a run';
  }
};

const askForRun = (options: SlotOptions): Promise<LeaseAnswer> => {
  const { api, agentId, instanceId, slotIndex, codeVersion, leaving } = options;
  // A fleet that found nothing must not come back in step.
  const waitMs = Math.round(options.waitMs * (0.8 + 0.2 * Math.random()));
  const sweepId = options.sweep ?? null;
  const asker = { agentId, instanceId, slotIndex, codeVersion, sweepId, waitMs };
  const input: LeaseInput = { ...asker, accepts: ['TRAINING', 'RENDER'] };
  return options.patience.until(() => api.lease(input, leaving), leaving);
};

/** Whether there is nothing to wait for any more. */
const isOver = ({ sweep, stopped, slotIndex, log }: SlotOptions, answer: NoWork): boolean => {
  if (answer.command !== 'STOP') {
    stopped.delete(slotIndex);
    // An agent that serves one sweep waits for nothing once it is told to take no more.
    const served = sweep !== undefined && answer.command === 'DRAIN';
    if (served) log.say(idleWords(answer));
    return served;
  }
  const last = stopped.add(slotIndex);
  if (last) log.say(`ends${answer.commandReason ? ` (${answer.commandReason})` : ''}`);
  return last;
};

/**
 * Ends when the budget is used up, the agent leaves, or a person has stopped the agent or the last of its slots.
 * @throws AgentFault SUPERSEDED when another process has registered under this agent's name; what `runAttempt` throws
 */
export const runSlot = async (options: SlotOptions): Promise<void> => {
  const { log, budget, stopped, leaving } = options;
  const idle = createIdleTeller(log);
  const waited = (ms: number): Promise<void> => delay(ms, undefined, { signal: leaving }).catch(() => {});
  while (!leaving.aborted && budget.take()) {
    let answer: LeaseAnswer;
    try {
      answer = await askForRun(options);
    } catch (error) {
      budget.giveBack();
      if (leaving.aborted) return;
      throw error;
    }
    switch (answer.__typename) {
      case 'LeaseGranted':
        stopped.delete(options.slotIndex);
        idle.reset();
        await options.runAttempt(answer);
        break;
      case 'RenderGranted':
        // Pictures are no run: they do not count.
        budget.giveBack();
        idle.reset();
        await options.runRender(answer);
        break;
      case 'NoWork':
        budget.giveBack();
        options.onStanding(answer.command === 'CONTINUE' ? 'asking' : 'aside');
        if (isOver(options, answer)) return;
        idle.say(idleWords(answer));
        // A person who sets a paused slot to RUN is waiting for it.
        await waited(Math.min(answer.retryAfterMs, mostIdleMs) * (0.8 + 0.4 * Math.random()));
        break;
      case 'AgentQuarantined':
        budget.giveBack();
        options.onStanding('aside');
        idle.say(`takes no runs since ${answer.since}: ${answer.reason}`);
        await waited(quarantinePollMs);
        break;
      case 'AgentSuperseded':
        throw new AgentFault('SUPERSEDED', answer.reason);
    }
  }
};
