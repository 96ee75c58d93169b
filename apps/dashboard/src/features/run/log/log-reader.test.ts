import { describe, expect, it } from 'vitest';
import { type LogLine, type LogPage, type LogQuestion, LogReader } from './log-reader.ts';

/** A log that answers as the server does. */
const makeLog = (length: number) => {
  const line = (n: number): LogLine => ({
    cursor: String(n),
    at: '2026-01-01T00:00:00Z',
    epoch: 1,
    sequence: n,
    stream: 'stdout',
    text: `line ${n}`,
  });
  const all = Array.from({ length }, (_, i) => line(i));
  const asked: LogQuestion[] = [];
  const ask = (question: LogQuestion): Promise<LogPage> => {
    asked.push(question);
    const { first, after, before, newest } = question;
    const backwards = newest === true || before != null;
    const end = before == null ? all.length : Number(before);
    const start = backwards ? Math.max(0, end - first) : after == null ? 0 : Number(after) + 1;
    const lines = all.slice(start, backwards ? end : start + first);
    return Promise.resolve({
      lines,
      olderCursor: start > 0 && lines[0] ? lines[0].cursor : null,
      endCursor: lines.at(-1)?.cursor ?? after ?? null,
      hasNext: (backwards ? end : start + first) < all.length,
    });
  };
  return { ask, asked, write: () => all.push(line(all.length)) };
};

const span = (reader: LogReader) => {
  const { lines } = reader.view();
  return [lines[0]?.sequence, lines.at(-1)?.sequence, lines.length];
};

describe('what is loaded of a log', () => {
  it('begins with the newest lines and grows to the first', async () => {
    const log = makeLog(1_200);
    const reader = new LogReader(log.ask);
    await reader.open();
    expect(span(reader)).toEqual([700, 1_199, 500]);
    await reader.older();
    await reader.older();
    expect(span(reader)).toEqual([0, 1_199, 1_200]);
    expect(reader.view().olderCursor).toBeNull();
    await reader.older();
    expect(log.asked).toHaveLength(3);
  });

  it('takes what is written at its end, all of it, and tells', async () => {
    const log = makeLog(0);
    const heard: number[] = [];
    const reader = new LogReader(log.ask, (lines) => heard.push(lines.length));
    await reader.open();
    expect(reader.view()).toMatchObject({ known: true, lines: [] });
    for (let i = 0; i < 1_100; i++) log.write();
    await reader.newer();
    expect(span(reader)).toEqual([0, 1_099, 1_100]);
    expect(heard).toEqual([500, 500, 100]);
  });

  it('stands around a line far away, and goes on from there in both directions without a gap', async () => {
    const log = makeLog(5_000);
    const reader = new LogReader(log.ask);
    await reader.open();
    await reader.around('1000');
    expect(span(reader)).toEqual([750, 1_249, 500]);
    expect(reader.view().atEnd).toBe(false);
    await reader.newer();
    await reader.older();
    expect(span(reader)).toEqual([250, 1_749, 1_500]);
  });

  it('stands around the very first line', async () => {
    const reader = new LogReader(makeLog(5_000).ask);
    await reader.around('0');
    expect(span(reader)).toEqual([0, 249, 250]);
    expect(reader.view().olderCursor).toBeNull();
  });

  it('keeps no more than it may, and finds again what it let go', async () => {
    const log = makeLog(3_000);
    const reader = new LogReader(log.ask, undefined, 1_000);
    await reader.open();
    await reader.older();
    await reader.older();
    expect(span(reader)).toEqual([1_500, 2_499, 1_000]);
    expect(reader.view().atEnd).toBe(false);
    await reader.newer();
    expect(span(reader)).toEqual([2_000, 2_999, 1_000]);
    await reader.older();
    expect(span(reader)).toEqual([1_500, 2_499, 1_000]);
  });

  it('does once what is asked for twice at one moment', async () => {
    const log = makeLog(1_200);
    const reader = new LogReader(log.ask);
    await reader.open();
    await Promise.all([reader.older(), reader.older(), reader.older()]);
    expect(span(reader)).toEqual([200, 1_199, 1_000]);
  });

  it('says what went wrong, keeps what it has, and recovers', async () => {
    const log = makeLog(10);
    let broken = true;
    const reader = new LogReader((question) =>
      broken ? Promise.reject(new Error('away')) : log.ask(question),
    );
    await reader.open();
    expect(reader.view()).toMatchObject({ known: false, error: { message: 'away' } });
    broken = false;
    await reader.open();
    expect(reader.view()).toMatchObject({ known: true, error: null });
  });
});
