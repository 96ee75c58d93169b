import { describe, expect, it } from 'vitest';
import { createEventLog } from './event.log.ts';
import type { LineCollector } from './line.collector.ts';
import { createRunLog } from './run.log.ts';

const collect = () => {
  const kept: string[] = [];
  const lines: LineCollector = {
    read: () => {},
    say: (text) => void kept.push(text),
    tail: () => [],
    close: () => {},
  };
  return { kept, lines };
};

describe('the words of the agent about a run', () => {
  it('are on its output and in the run’s log, what was said early first, warnings and errors marked', () => {
    const output: string[] = [];
    const write = (line: string): void => void output.push(line);
    const log = createRunLog(createEventLog({ json: true, write, now: () => new Date(0) }));
    const { kept, lines } = collect();
    log.say('begins');
    log.say('the checkpoint is fetched again', 'warn');
    expect(kept).toEqual([]);
    log.keepIn(lines);
    log.say('the disk is full', 'error');
    expect(kept).toEqual(['begins', 'warn: the checkpoint is fetched again', 'error: the disk is full']);
    expect(output).toHaveLength(3);
  });

  it('that are not about the run stay out of its log', () => {
    const output: string[] = [];
    const write = (line: string): void => void output.push(line);
    const log = createRunLog(createEventLog({ json: false, write, now: () => new Date(0) }));
    const { kept, lines } = collect();
    log.keepIn(lines);
    log.with({ slot: 1 }).say('waiting for a run');
    expect(kept).toEqual([]);
    expect(output).toHaveLength(1);
  });
});
