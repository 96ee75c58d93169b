/**
 * What the agent says: one line an event, for a person ("06:21:07 slot 0 · gull-0042 · step 400/4000") or, with
 * --json, for a program. Nothing else writes to the standard streams.
 */
export type EventLevel = 'info' | 'warn' | 'error';

export interface EventFields {
  readonly slot?: number;
  readonly run?: string;
}

export interface EventLog {
  say(text: string, level?: EventLevel): void;
  /** The same log with a slot, and later a run, named on each line. */
  with(fields: EventFields): EventLog;
}

export interface EventLogOptions {
  readonly json: boolean;
  readonly write: (line: string, level: EventLevel) => void;
  readonly now: () => Date;
}

const clockTime = (at: Date): string => at.toTimeString().slice(0, 8);

export const createEventLog = (options: EventLogOptions, fields: EventFields = {}): EventLog => ({
  say(text, level = 'info') {
    const at = options.now();
    if (options.json) {
      options.write(JSON.stringify({ at: at.toISOString(), level, ...fields, message: text }), level);
      return;
    }
    const place = [
      ...(fields.slot === undefined ? [] : [`slot ${fields.slot}`]),
      ...(fields.run === undefined ? [] : [fields.run]),
      level === 'info' ? text : `${level === 'warn' ? 'warning' : 'error'}: ${text}`,
    ];
    options.write(`${clockTime(at)} ${place.join(' · ')}`, level);
  },
  with: (more) => createEventLog(options, { ...fields, ...more }),
});
