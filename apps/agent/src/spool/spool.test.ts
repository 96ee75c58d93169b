import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listSegments, payloadFolder, segmentPath } from './segment.folder.ts';
import { SpoolFull } from './spool.error.ts';
import { openSpoolReader, type SpooledRecord } from './spool.reader.ts';
import type { SpoolRecord } from './spool.record.ts';
import { openSpoolWriter } from './spool.writer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const point = (step: number): SpoolRecord => ({
  type: 'metrics',
  columns: [{ key: 'g/loss', steps: [step], times: [step * 10], values: [step % 2 === 0 ? step : 'NaN'] }],
});
const drain = (from = openSpoolReader(folder)): SpooledRecord[] => {
  const entries: SpooledRecord[] = [];
  for (let entry = from.next(); entry; entry = from.next()) {
    entries.push(entry);
    from.acknowledge(entry);
  }
  return entries;
};
const sequences = (entries: SpooledRecord[]) => entries.map(({ sequence }) => sequence);
const small = { segmentBytes: 300, totalBytes: 1_000_000 };

describe('a spool', () => {
  it('gives its records in order, under the numbers that they were written with', () => {
    const writer = openSpoolWriter(folder);
    const written = [0, 1, 2].map((step) => writer.append(point(step)));
    writer.close();
    const entries = drain();
    expect(sequences(entries)).toEqual(written);
    expect(entries.map(({ record }) => record)).toEqual([point(0), point(1), point(2)]);
  });

  it('shows a record to a reader that is already waiting', () => {
    const reader = openSpoolReader(folder);
    const writer = openSpoolWriter(folder, small);
    expect(reader.next()).toBeUndefined();
    for (let step = 0; step < 20; step++) {
      writer.append(point(step));
      const entry = reader.next();
      expect(entry?.sequence).toBe(step);
      if (entry) reader.acknowledge(entry);
    }
    writer.close();
  });

  it('shows a record again after a restart until it is acknowledged, under the same number', () => {
    const writer = openSpoolWriter(folder, small);
    for (let step = 0; step < 9; step++) writer.append(point(step));
    writer.close();
    const first = openSpoolReader(folder);
    for (let i = 0; i < 4; i++) first.acknowledge(first.next() as SpooledRecord);
    expect(first.next()?.sequence).toBe(4);
    const second = openSpoolReader(folder);
    expect(second.next()).toEqual({ sequence: 4, record: point(4) });
    expect(sequences(drain(second))).toEqual([4, 5, 6, 7, 8]);
    expect(drain()).toEqual([]);
  });

  it('deletes segments behind the acknowledgement', () => {
    const writer = openSpoolWriter(folder, small);
    for (let step = 0; step < 40; step++) writer.append(point(step));
    expect(listSegments(folder).length).toBeGreaterThan(8);
    drain();
    expect(listSegments(folder)).toHaveLength(1);
    writer.append(point(40));
    expect(sequences(drain())).toEqual([40]);
    writer.close();
  });

  it('cut at any byte of its last segment is read without an exception as a prefix, and can be written on', () => {
    const writer = openSpoolWriter(folder, { ...small, segmentBytes: 150 });
    for (let step = 0; step < 3; step++) writer.append(point(step));
    writer.close();
    expect(listSegments(folder)).toEqual([0, 2]);
    const last = listSegments(folder).at(-1) as number;
    const size = readFileSync(segmentPath(folder, last)).byteLength;
    for (let length = 0; length <= size; length++) {
      const copy = `${folder}-cut`;
      cpSync(folder, copy, { recursive: true });
      truncateSync(segmentPath(copy, last), length);
      const survivors = openSpoolWriter(copy, small);
      const next = survivors.append(point(99));
      survivors.close();
      const entries = drain(openSpoolReader(copy));
      const whole = entries.slice(0, -1);
      expect(sequences(whole)).toEqual(whole.map((_, i) => i));
      expect(entries.at(-1)?.sequence).toBe(next);
      // Never a number that the torn record may have had.
      expect(next).toBe(length === 0 ? last : Math.max(next, last + 1));
      expect(entries.at(-1)?.record).toEqual(point(99));
      rmSync(copy, { recursive: true });
    }
  });

  it('keeps payloads until their record is acknowledged, also when two records hold equal bytes', () => {
    const writer = openSpoolWriter(folder);
    const bytes = new Uint8Array([1, 2, 3]);
    const picture = { kind: 'REAL', prompt: '', promptIndex: 0, seed: 0, width: 1, height: 1 } as const;
    const record = (step: number): SpoolRecord => ({
      type: 'samples',
      samples: [{ ...picture, step, ...writer.putFile(bytes) }],
    });
    writer.append(record(1));
    writer.append(record(2));
    writer.close();
    const reader = openSpoolReader(folder);
    reader.acknowledge(reader.next() as SpooledRecord);
    const second = reader.next();
    const file = second?.record.type === 'samples' ? second.record.samples[0]?.file : undefined;
    expect(readFileSync(reader.payloadPath(file ?? ''))).toEqual(Buffer.from(bytes));
    if (second) reader.acknowledge(second);
    expect(readdirSync(payloadFolder(folder))).toEqual([]);
  });

  it('refuses to grow beyond its limit, in words, and takes more once something was acknowledged', () => {
    const writer = openSpoolWriter(folder, { segmentBytes: 300, totalBytes: 1_500 });
    const fill = () => {
      for (let step = 0; step < 100; step++) writer.append(point(step));
    };
    expect(fill).toThrow(SpoolFull);
    expect(fill).toThrow(/cannot take more: it holds \d+ bytes of at most 1500, and \d+ more came\./);
    drain();
    writer.append(point(7));
    writer.close();
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full', () => {
    const writer = openSpoolWriter(folder);
    symlinkSync('/dev/full', segmentPath(folder, 0));
    expect(() => writer.append(point(0))).toThrow(/cannot take more: the disk is full\./);
  });

  it('ignores a payload that a crash left half-written', () => {
    openSpoolWriter(folder).close();
    writeFileSync(join(payloadFolder(folder), 'abc.0-0.partial'), 'half');
    copyFileSync(join(payloadFolder(folder), 'abc.0-0.partial'), join(folder, 'cursor.partial'));
    expect(drain()).toEqual([]);
  });
});
