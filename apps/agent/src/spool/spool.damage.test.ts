import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quickFiles } from './failing.files.ts';
import { cursorPath, listSegments, segmentPath } from './segment.folder.ts';
import { type LostRecords, openSpoolReader, type SpooledRecord } from './spool.reader.ts';
import type { SpoolRecord } from './spool.record.ts';
import { openSpoolWriter } from './spool.writer.ts';

let folder: string;
let copy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-spool-'));
  copy = `${folder}-damaged`;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(copy, { recursive: true, force: true });
});

const point = (step: number): SpoolRecord => ({
  type: 'metrics',
  columns: [{ key: 'g/loss', steps: [step], times: [step * 10], values: [step] }],
});

/** Twelve records in segments of two. */
const writeTwelve = (): void => {
  const writer = openSpoolWriter(folder, { segmentBytes: 150, files: quickFiles });
  for (let step = 0; step < 12; step++) writer.append(point(step));
  writer.close();
};

const read = (path: string): { entries: SpooledRecord[]; lost: LostRecords[] } => {
  const lost: LostRecords[] = [];
  const reader = openSpoolReader(path, { onLost: (records) => lost.push(records), files: quickFiles });
  const entries: SpooledRecord[] = [];
  for (let entry = reader.next(); entry; entry = reader.next()) {
    entries.push(entry);
    reader.acknowledge(entry);
  }
  return { entries, lost };
};

const damage = (path: string, change: (bytes: Buffer) => void): void => {
  const bytes = readFileSync(path);
  change(bytes);
  writeFileSync(path, bytes);
};

const freshCopy = (): void => {
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
};

describe('a spool on a failing disk', () => {
  it('with a bit flipped in any byte of an old segment says what is lost, gives the rest under its numbers, and is done', () => {
    writeTwelve();
    const size = readFileSync(segmentPath(folder, 4)).byteLength;
    for (let at = 0; at < size; at++) {
      freshCopy();
      damage(segmentPath(copy, 4), (bytes) => {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (at & 7));
      });
      const { entries, lost } = read(copy);
      for (const { sequence, record } of entries) expect(record).toEqual(point(sequence));
      const missing = Array.from({ length: 12 }, (_, i) => i).filter(
        (number) => !entries.some(({ sequence }) => sequence === number),
      );
      expect(missing.length).toBeGreaterThan(0);
      for (const number of missing) {
        expect(number === 4 || number === 5).toBe(true);
        expect(lost.some(({ from, before }) => number >= from && number < before)).toBe(true);
      }
    }
  });

  it('with an old segment cut at any byte, or gone, says what is lost and gives the rest', () => {
    writeTwelve();
    const size = readFileSync(segmentPath(folder, 4)).byteLength;
    for (let length = -1; length < size; length++) {
      freshCopy();
      if (length < 0) rmSync(segmentPath(copy, 4));
      else truncateSync(segmentPath(copy, 4), length);
      const { entries, lost } = read(copy);
      const given = entries.map(({ sequence }) => sequence);
      expect(given.filter((number) => number < 4 || number > 5)).toEqual([0, 1, 2, 3, 6, 7, 8, 9, 10, 11]);
      expect(lost).toHaveLength(1);
      expect(lost[0]?.before).toBe(6);
    }
  });

  it('with its cursor cut or changed at any byte sends again what still stands, under the same numbers', () => {
    writeTwelve();
    const reader = openSpoolReader(folder);
    for (let i = 0; i < 7; i++) reader.acknowledge(reader.next() as SpooledRecord);
    const size = readFileSync(cursorPath(folder)).byteLength;
    const changes = [
      ...Array.from({ length: size }, (_, at) => () => truncateSync(cursorPath(copy), at)),
      ...Array.from({ length: size }, (_, at) => () => {
        damage(cursorPath(copy), (bytes) => {
          bytes[at] = (bytes[at] ?? 0) ^ 0xff;
        });
      }),
    ];
    for (const change of changes) {
      freshCopy();
      change();
      const { entries, lost } = read(copy);
      for (const { sequence, record } of entries) expect(record).toEqual(point(sequence));
      expect(entries.map(({ sequence }) => sequence)).toEqual([6, 7, 8, 9, 10, 11]);
      expect(lost).toEqual([]);
    }
  });

  it('written on after damage never uses a number again, whatever was damaged', () => {
    writeTwelve();
    const last = listSegments(folder).at(-1) ?? 0;
    const size = readFileSync(segmentPath(folder, last)).byteLength;
    for (let at = 0; at < size; at++) {
      freshCopy();
      damage(segmentPath(copy, last), (bytes) => {
        bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      });
      const writer = openSpoolWriter(copy, { files: quickFiles });
      expect(writer.append(point(99))).toBeGreaterThan(11);
      writer.close();
      expect(read(copy).entries.at(-1)?.record).toEqual(point(99));
    }
  });

  it('passes over a record of a form that it does not know, and says so', () => {
    const writer = openSpoolWriter(folder);
    writer.append(point(0));
    writer.append({ type: 'telepathy' } as never);
    writer.append(point(2));
    writer.close();
    const { entries, lost } = read(folder);
    expect(entries.map(({ sequence }) => sequence)).toEqual([0, 2]);
    expect(lost).toEqual([{ from: 1, before: 2, why: 'they have a form that this version does not know' }]);
  });
});
