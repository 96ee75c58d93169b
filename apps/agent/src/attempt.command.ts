/** What the API's commands and the agent's signals mean for a run in training, and in which words it is told. */
import type { Command } from './agent.api.ts';
import type { EventLog } from './event.log.ts';
import type { StopReason, StopRequest } from './stop.request.ts';

const stopReasonOf = (command: Command['command']): StopReason | undefined => {
  switch (command) {
    case 'CONTINUE':
      return undefined;
    case 'PRUNE':
      return 'prune';
    case 'CANCEL':
      return 'cancel';
    case 'PAUSE':
      return 'pause';
    case 'DRAIN':
    case 'STOP':
      return 'drain';
    case 'LEASE_LOST':
      return 'lease_lost';
  }
};

const stopWords: Readonly<Record<StopReason, string>> = {
  prune: 'pruned',
  cancel: 'cancelled',
  pause: 'pausing: writing a checkpoint',
  drain: 'draining: writing a checkpoint',
  shutdown: 'leaving: writing a checkpoint',
  lease_lost: 'the lease was lost: training is stopped and its unsent results are discarded',
};

/** Turns commands and leaving into one request to stop; `end` stops listening. */
export const listenFor = (leaving: AbortSignal, stop: StopRequest, log: EventLog) => {
  const onCommand = ({ command, reason }: Command): void => {
    const asked = stopReasonOf(command);
    if (asked === undefined || stop.reason === asked || stop.reason === 'lease_lost') return;
    const why = reason === null ? '' : ` (${reason})`;
    log.say(`${stopWords[asked]}${why}`, asked === 'lease_lost' ? 'warn' : 'info');
    stop.ask(asked);
  };
  const leave = (): void => {
    if (stop.reason === undefined) log.say(stopWords.shutdown);
    stop.ask('shutdown');
  };
  leaving.addEventListener('abort', leave, { once: true });
  if (leaving.aborted) leave();
  return { onCommand, end: () => leaving.removeEventListener('abort', leave) };
};
