/** How many entries a list shows, and that there are more. */
import type { Flag } from './command.type.ts';
import type { Terminal } from '../terminal/terminal.ts';

export const limitFlag = {
  type: 'string',
  value: 'N',
  help: 'how many at most (default 50; 0 for all)',
  range: [0, 100_000],
} as const satisfies Flag;

/** On stderr, so that a script's JSON stays whole. */
export const saySomeShown = (terminal: Terminal, shown: number, total: number): void => {
  if (shown < total) terminal.err(terminal.paintErr('dim', `${shown} of ${total}; --limit 0 lists all.`));
};
