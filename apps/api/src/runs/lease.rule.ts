/**
 * What the reply to a heartbeat commands. The strongest word wins: the run's own command, then the sweep's state,
 * then what a person wants of the slot or agent. DRAIN as an intent lets the run at hand end; STOP does not.
 */
import type { HeartbeatCommand } from '@plumage/contract';
import type { Renewed } from './lease.sql.ts';

export interface Command {
  readonly command: HeartbeatCommand;
  readonly reason: string | null;
}

export function commandOf(
  renewed: Pick<Renewed, 'command' | 'commandReason' | 'sweepState' | 'slotIntent' | 'agentIntent'>,
): Command {
  if (renewed.command !== 'CONTINUE') return { command: renewed.command, reason: renewed.commandReason };
  if (renewed.sweepState === 'CANCELLED') return { command: 'CANCEL', reason: 'The sweep was cancelled.' };
  const intents = [renewed.agentIntent, renewed.slotIntent];
  if (intents.includes('STOP'))
    return { command: 'STOP', reason: 'The agent or slot was stopped from the page.' };
  if (intents.includes('PAUSE'))
    return { command: 'PAUSE', reason: 'The agent or slot was paused from the page.' };
  if (renewed.sweepState === 'PAUSED') return { command: 'PAUSE', reason: 'The sweep is paused.' };
  return { command: 'CONTINUE', reason: null };
}
