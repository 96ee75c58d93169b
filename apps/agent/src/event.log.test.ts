import { describe, expect, it } from 'vitest';
import { createEventLog } from './event.log.ts';
import { createProgressTeller } from './progress.teller.ts';

const written = (json: boolean) => {
  const lines: string[] = [];
  const at = new Date('2020-01-02T03:04:05Z');
  return { lines, log: createEventLog({ json, write: (line) => void lines.push(line), now: () => at }) };
};

describe('the log', () => {
  it('is one line an event, with slot and run', () => {
    const { log, lines } = written(false);
    log.with({ slot: 0 }).with({ run: 'gull-0042' }).say('taken');
    log.say('the disk is nearly full', 'warn');
    expect(lines.map((line) => line.slice(9))).toEqual([
      'slot 0 · gull-0042 · taken',
      'warning: the disk is nearly full',
    ]);
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d /);
  });

  it('is JSON with --json', () => {
    const { log, lines } = written(true);
    log.with({ slot: 1 }).say('taken');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      at: '2020-01-02T03:04:05.000Z',
      level: 'info',
      slot: 1,
      message: 'taken',
    });
  });

  it('tells progress at most every ten seconds, leaving out what is unknown', () => {
    const { log, lines } = written(false);
    let now = 0;
    const tell = createProgressTeller(log, () => now);
    const progress = (step: number, imagesPerSecond: number | null) =>
      tell({ type: 'progress', step, imagesPerSecond, losses: { g: 1.02, d: 0.876 } }, 4_000);
    progress(10, null);
    progress(20, 212);
    now = 10_000;
    progress(400, 212.4);
    expect(lines.map((line) => line.slice(9))).toEqual([
      'step 10/4000 · g 1.02 d 0.88',
      'step 400/4000 · 212 images/s · g 1.02 d 0.88',
    ]);
  });
});
