import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLineCollector } from './line.collector.ts';
import type { LogLine, SpoolRecord } from './spool/spool.record.ts';

let records: SpoolRecord[];
const spool = {
  append(record: SpoolRecord): number {
    if (full) throw new Error('no room');
    return records.push(record) - 1;
  },
  close: () => {},
};
let full = false;
let faults: unknown[] = [];
const lines = (): LogLine[] => records.flatMap((record) => (record.type === 'logs' ? record.lines : []));

beforeEach(() => {
  records = [];
  faults = [];
  full = false;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const collect = async (write: (stream: PassThrough) => void) => {
  const collector = createLineCollector(
    spool,
    () => new Date(0),
    (error) => faults.push(error),
  );
  const stream = new PassThrough();
  collector.read(stream, 'stdout');
  write(stream);
  stream.end();
  await vi.advanceTimersByTimeAsync(0);
  return collector;
};

describe('a child’s output', () => {
  it('becomes numbered lines, whole across chunks and characters', async () => {
    const bytes = Buffer.from('first\nzweité\r\nlast');
    const collector = await collect((stream) => {
      for (const byte of bytes) stream.write(Buffer.of(byte));
    });
    collector.close();
    expect(lines().map(({ sequence, text }) => `${sequence} ${text}`)).toEqual([
      '0 first',
      '1 zweité',
      '2 last',
    ]);
    expect(collector.tail()).toEqual(['first', 'zweité', 'last']);
  });

  it('without end is cut to what a second may hold, and says how much was left out', async () => {
    const collector = await collect((stream) => void stream.write('x\n'.repeat(10_000)));
    collector.close();
    expect(lines()).toHaveLength(501);
    expect(lines().at(-1)?.text).toBe('(9500 lines left out: more than 500 a second)');
    expect(records.every((record) => record.type === 'logs' && record.lines.length <= 500)).toBe(true);
  });

  it('in one line without end is cut', async () => {
    const collector = await collect((stream) => void stream.write('y'.repeat(1_000_000)));
    collector.close();
    expect(lines().map(({ text }) => text.length)).toEqual([4_000]);
  });
});
