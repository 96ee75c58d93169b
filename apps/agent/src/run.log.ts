/** The agent's own words about a run: on its output, and in the run's log, where whoever looks at the run reads them. */
import type { EventLog } from './event.log.ts';
import type { LineCollector } from './line.collector.ts';

export interface RunLog extends EventLog {
  /** From now on the run's log can take lines; what was said before comes first. */
  keepIn(lines: LineCollector): void;
}

const marked = (text: string, level: string): string => (level === 'info' ? text : `${level}: ${text}`);

export const createRunLog = (log: EventLog): RunLog => {
  let lines: LineCollector | undefined;
  let early: string[] = [];
  return {
    say(text, level = 'info') {
      log.say(text, level);
      if (lines) lines.say(marked(text, level));
      else early.push(marked(text, level));
    },
    with: (fields) => log.with(fields),
    keepIn(collector) {
      lines = collector;
      for (const text of early) collector.say(text);
      early = [];
    },
  };
};
