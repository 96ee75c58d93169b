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
  /** Aborted: take no more. */
  readonly leaving: AbortSignal;
  readonly runAttempt: (grant: LeaseGranted) => Promise<unknown>;
  readonly runRender: (grant: RenderGranted) => Promise<unknown>;
}

const quarantinePollMs = 60_000;
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

const idleWords = (answer: Extract<LeaseAnswer, { __typename: 'NoWork' }>): string => {
  const why = answer.commandReason ? ` (${answer.commandReason})` : '';
  switch (answer.command) {
    case 'PAUSE':
      return `paused from the Agents page${why}`;
    case 'DRAIN':
      return `drained: takes no more runs${why}`;
    case 'STOP':
      return `ends${why}`;
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

/**
 * Ends when the budget is used up, the agent leaves, or a person stops the slot from its page.
 * @throws AgentFault SUPERSEDED when another process has registered under this agent's name; what `runAttempt` throws
 */
export const runSlot = async (options: SlotOptions): Promise<void> => {
  const { log, budget, leaving } = options;
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
        idle.say(idleWords(answer));
        // An agent that serves one sweep has nothing to wait for once it is told to take no more.
        if (options.sweep !== undefined && answer.command === 'DRAIN') return;
        if (answer.command === 'STOP') return;
        // A person who sets a paused slot to RUN is waiting for it.
        await waited(Math.min(answer.retryAfterMs, mostIdleMs) * (0.8 + 0.4 * Math.random()));
        break;
      case 'AgentQuarantined':
        budget.giveBack();
        idle.say(`takes no runs since ${answer.since}: ${answer.reason}`);
        await waited(quarantinePollMs);
        break;
      case 'AgentSuperseded':
        throw new AgentFault('SUPERSEDED', answer.reason);
    }
  }
};
