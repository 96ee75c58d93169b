/** The person at the desk: brings up what fell (service.process does that), and sets quarantined slots to work again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask } from './graph.client.ts';

export interface Operator {
  /** How often a slot had to be set to work again. */
  readonly quarantines: () => number;
  stop(): Promise<void>;
}

interface Agents {
  readonly agents: readonly {
    readonly id: string;
    readonly slots: readonly { readonly index: number; readonly quarantinedAt: string | null }[];
  }[];
}

const lookEveryMs = 1_000;

const release = `mutation ($agentId: ID!, $slotIndex: Int!) {
  setAgentIntent(input: { agentId: $agentId, slotIndex: $slotIndex, intent: RUN }) { agent { id } } }`;

/** Starts no agent anew: a slot hears of it when it asks again. */
export const startOperator = (ask: Ask): Operator => {
  const stopping = new AbortController();
  const { signal } = stopping;
  let quarantines = 0;
  const look = async (): Promise<void> => {
    const { agents } = await ask<Agents>('{ agents { id slots { index quarantinedAt } } }');
    for (const { id, slots } of agents) {
      for (const { index } of slots.filter(({ quarantinedAt }) => quarantinedAt !== null)) {
        await ask(release, { agentId: id, slotIndex: index });
        quarantines += 1;
      }
    }
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await look().catch(() => {}); // Nobody answers for a moment: that is what this is about.
      await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
    }
  };
  const done = run();
  return {
    quarantines: () => quarantines,
    async stop() {
      stopping.abort();
      await done;
    },
  };
};
