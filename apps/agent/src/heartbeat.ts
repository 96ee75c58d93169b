/**
 * Renews a lease and brings the API's commands. A beat that fails is not repeated in haste: the next one comes anyway,
 * and a lease that has run out still holds until somebody takes it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ApiUnreachable } from '@plumage/api-client';
import type { HeartbeatInput } from '@plumage/api-client/operations';
import type { AgentApi, Command } from './agent.api.ts';
import type { EventLog } from './event.log.ts';

export interface HeartbeatOptions {
  readonly api: AgentApi;
  readonly intervalMs: number;
  /** What to report now. */
  readonly reading: () => Promise<HeartbeatInput>;
  readonly onCommand: (command: Command) => void;
  readonly log: EventLog;
  readonly signal: AbortSignal;
}

/** Beats until the signal; the first beat comes soon, so that a new run's page has something to show. */
export const beatUntil = async (options: HeartbeatOptions): Promise<void> => {
  const { signal, intervalMs } = options;
  try {
    await delay(Math.min(1_000, intervalMs), undefined, { signal });
    for (;;) {
      await beat(options);
      // A fleet that was started by one script must not beat in step.
      await delay(intervalMs * (0.9 + 0.1 * Math.random()), undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

const beat = async ({ api, reading, onCommand, log, signal }: HeartbeatOptions): Promise<void> => {
  try {
    const command = await api.heartbeat(await reading(), signal);
    if (command.command !== 'CONTINUE') onCommand(command);
  } catch (error) {
    // That the API is away is said by those who have something to deliver.
    if (signal.aborted || error instanceof ApiUnreachable) return;
    log.say(`a heartbeat was refused: ${error instanceof Error ? error.message : String(error)}`, 'warn');
  }
};
