/** What a person may want of an agent or slot, in words: the buttons, what each does, and how far it is obeyed. */
import type { AgentIntent } from '@plumage/api-client/operations';

/** A button that sets an intent. */
export interface IntentChoice {
  readonly intent: AgentIntent;
  readonly name: string;
  /** What it does, for one who points at it. */
  readonly effect: string;
}

export type Whom = 'agent' | 'slot';

const resume: Readonly<Record<Whom, IntentChoice>> = {
  agent: {
    intent: 'RUN',
    name: 'Resume',
    effect: 'It takes runs again; slots in quarantine return to service',
  },
  slot: { intent: 'RUN', name: 'Resume', effect: 'It takes runs again' },
};
const returnToService: IntentChoice = {
  intent: 'RUN',
  name: 'Return to service',
  effect: 'Ends the quarantine: the slot takes runs again',
};
const drain: IntentChoice = {
  intent: 'DRAIN',
  name: 'Drain',
  effect: 'What it trains goes on to its end; it takes no new run',
};
const pause: IntentChoice = {
  intent: 'PAUSE',
  name: 'Pause',
  effect: 'It writes a checkpoint, gives its run back to the queue and waits to be resumed',
};
const stop: Readonly<Record<Whom, IntentChoice>> = {
  agent: {
    intent: 'STOP',
    name: 'Stop',
    effect: 'It writes a checkpoint, gives its runs back to the queue and the process ends',
  },
  slot: {
    intent: 'STOP',
    name: 'Stop',
    effect:
      'It writes a checkpoint and gives its run back to the queue; the last slot that is stopped ends the agent',
  },
};

/** What can be asked for, given what was asked for last. */
export const intentChoices = (whom: Whom, intent: AgentIntent, quarantined = false): IntentChoice[] => {
  if (quarantined) return [returnToService];
  switch (intent) {
    case 'RUN':
      return [drain, pause, stop[whom]];
    case 'DRAIN':
      return [resume[whom], pause, stop[whom]];
    case 'PAUSE':
      return [resume[whom], stop[whom]];
    case 'STOP':
      return [resume[whom]];
  }
};

/** What a stop brings with it, for the question before it. */
export const stopConsequence: Readonly<Record<Whom, string>> = {
  agent:
    'It writes a checkpoint of what it trains, gives its runs back to the queue and ends. To start it again one must be on its box.',
  slot: 'It writes a checkpoint of what it trains, gives the run back to the queue and takes no more. The agent ends with its last slot, and to start it again one must be on its box.',
};

const strength: readonly AgentIntent[] = ['RUN', 'DRAIN', 'PAUSE', 'STOP'];

/** Of what is wanted of the agent and of its slot, what holds the slot back more. */
export const strongerIntent = (a: AgentIntent, b: AgentIntent): AgentIntent =>
  strength.indexOf(a) > strength.indexOf(b) ? a : b;

const words: Readonly<
  Record<Exclude<AgentIntent, 'RUN'>, { readonly under: string; readonly done: string }>
> = {
  DRAIN: { under: 'draining…', done: 'drained' },
  PAUSE: { under: 'pausing…', done: 'paused' },
  STOP: { under: 'stopping…', done: 'stopped' },
};

/** An intent while it is being obeyed (a run is still at hand) and after; null for RUN, which is nothing special. */
export const sayIntent = (intent: AgentIntent, busy: boolean): string | null =>
  intent === 'RUN' ? null : words[intent][busy ? 'under' : 'done'];
