import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Crash, crashingFiles, fullFiles, quickFiles } from './failing.files.ts';
import type { Files } from './files.ts';
import { SpoolFull } from './spool.error.ts';
import { openSpoolReader } from './spool.reader.ts';
import { filesOf, type SpoolRecord } from './spool.record.ts';
import { openSpoolWriter, type SpoolWriter } from './spool.writer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const point = (step: number): SpoolRecord => ({
  type: 'metrics',
  columns: [{ key: 'g/loss', steps: [step], times: [step], values: [step] }],
});

/** What the API has: records by number. The same number with other content would be points lost or doubled. */
type Api = Map<number, string>;

const bytesOf = (step: number): Buffer => Buffer.from(`checkpoint ${step}`.repeat(5));

const checkpoint = (writer: SpoolWriter, step: number, stored: string): number => {
  const path = join(stored, `weights-${step}`);
  if (!existsSync(path)) writeFileSync(path, bytesOf(step));
  return writer.appendCheckpoint(step, [
    { name: 'weights', path, sha256: 'a'.repeat(64), size: bytesOf(step).byteLength },
  ]);
};

/** Sends what can be read, as the shipper does; at most `count`. @returns the numbers */
const ship = (spool: string, api: Api, files: Files, count = Number.POSITIVE_INFINITY): void => {
  const reader = openSpoolReader(spool, { files });
  for (let sent = 0; sent < count; sent++) {
    const entry = reader.next();
    if (entry === undefined) return;
    const content = JSON.stringify(entry.record);
    for (const { file } of filesOf(entry.record)) {
      const resent = api.get(entry.sequence) === content;
      // A payload may be gone only once the API has its record.
      expect(resent || existsSync(reader.payloadPath(file))).toBe(true);
    }
    expect(api.get(entry.sequence) ?? content).toBe(content);
    api.set(entry.sequence, content);
    reader.acknowledge(entry);
  }
};

/** A short life of a spool. @returns what was appended, by number, even when it ends in a crash */
const live = (
  spool: string,
  stored: string,
  api: Api,
  files: Files,
): Map<number, SpoolRecord | 'checkpoint'> => {
  const appended = new Map<number, SpoolRecord | 'checkpoint'>();
  try {
    const writer = openSpoolWriter(spool, { segmentBytes: 250, files });
    const add = (record: SpoolRecord) => appended.set(writer.append(record), record);
    add(point(1));
    const picture = { kind: 'REAL', prompt: '', promptIndex: 0, seed: 0, width: 1, height: 1 } as const;
    add({ type: 'samples', samples: [{ ...picture, step: 1, ...writer.putFile(Buffer.from('png')) }] });
    ship(spool, api, files, 1);
    appended.set(checkpoint(writer, 2, stored), 'checkpoint');
    for (let step = 3; step < 8; step++) add(point(step));
    ship(spool, api, files, 5);
    appended.set(checkpoint(writer, 8, stored), 'checkpoint');
    add(point(9));
    writer.close();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
  return appended;
};

describe('a spool whose process dies between any two file operations', () => {
  it('gives every record that was appended, whole, once, with its files', () => {
    const whole = crashingFiles(Number.POSITIVE_INFINITY);
    mkdirSync(join(folder, 'stored'));
    live(join(folder, 'whole'), join(folder, 'stored'), new Map(), whole);
    expect(whole.changes()).toBeGreaterThan(60);
    for (let at = 0; at <= whole.changes(); at++) {
      const spool = join(folder, `at-${at}`);
      const api: Api = new Map();
      const appended = live(spool, join(folder, 'stored'), api, crashingFiles(at));
      ship(spool, api, quickFiles);
      for (const [sequence, record] of appended) {
        const arrived = JSON.parse(api.get(sequence) ?? 'null');
        if (record === 'checkpoint') expect(arrived).toMatchObject({ type: 'checkpoint' });
        else expect(arrived).toEqual(record);
      }
      const writer = openSpoolWriter(spool, { files: quickFiles });
      const next = writer.append(point(99));
      writer.close();
      expect(api.has(next)).toBe(false);
      ship(spool, api, quickFiles);
      expect(api.get(next)).toBe(JSON.stringify(point(99)));
    }
  });
});

describe('a spool on a full disk', () => {
  it('says so at whichever write it happens, keeps what it took, and goes on when there is room again', () => {
    for (let at = 1; at < 40; at++) {
      const spool = join(folder, `full-${at}`);
      const stored = join(folder, `stored-${at}`);
      mkdirSync(stored);
      const api: Api = new Map();
      const files = fullFiles((change) => change >= at && change < at + 6);
      const writer = openSpoolWriter(spool, { segmentBytes: 250, files });
      const kept = new Map<number, number>();
      for (let step = 0; step < 12; step++) {
        try {
          if (step === 4 || step === 8) checkpoint(writer, step, stored);
          else kept.set(writer.append(point(step)), step);
          ship(spool, api, files, 1);
        } catch (error) {
          expect(error).toBeInstanceOf(SpoolFull);
          expect((error as Error).message).toContain('the disk is full');
        }
      }
      writer.close();
      ship(spool, api, quickFiles);
      for (const [sequence, step] of kept) expect(api.get(sequence)).toBe(JSON.stringify(point(step)));
    }
  });
});

describe('a spool that needs room', () => {
  const spoolOf = (totalBytes: number) => {
    mkdirSync(join(folder, 'stored'), { recursive: true });
    const givenUp: number[] = [];
    const writer = openSpoolWriter(join(folder, 'spool'), {
      totalBytes,
      onGivenUp: (step) => givenUp.push(step),
    });
    return { writer, givenUp };
  };
  const arrived = (): { points: number[]; checkpoints: number[] } => {
    const reader = openSpoolReader(join(folder, 'spool'));
    const found = { points: [] as number[], checkpoints: [] as number[] };
    for (let entry = reader.next(); entry; entry = reader.next()) {
      const { record } = entry;
      if (record.type === 'metrics') found.points.push(...(record.columns[0]?.steps ?? []));
      if (record.type === 'checkpoint') {
        const whole = record.files.every(({ file }) => existsSync(reader.payloadPath(file)));
        if (whole) {
          found.checkpoints.push(record.step);
          const file = record.files[0]?.file ?? '';
          expect(readFileSync(reader.payloadPath(file))).toEqual(bytesOf(record.step));
        }
      }
      reader.acknowledge(entry);
    }
    return found;
  };

  it('gives up older waiting checkpoints first, and says which: no point is lost, the newest stays', () => {
    const { writer, givenUp } = spoolOf(4_000);
    for (let step = 1; step <= 24; step++) {
      writer.append(point(step));
      if (step % 4 === 0) checkpoint(writer, step, join(folder, 'stored'));
    }
    writer.close();
    expect(givenUp.length).toBeGreaterThan(0);
    expect(givenUp).toEqual([4, 8, 12, 16, 20].slice(0, givenUp.length));
    expect(arrived()).toEqual({
      points: Array.from({ length: 24 }, (_, i) => i + 1),
      checkpoints: [4, 8, 12, 16, 20, 24].slice(givenUp.length),
    });
  });

  it('is full only when that is not enough, and still takes the last word', () => {
    const { writer, givenUp } = spoolOf(1_500);
    checkpoint(writer, 1, join(folder, 'stored'));
    checkpoint(writer, 2, join(folder, 'stored'));
    expect(() => {
      for (let step = 0; step < 100; step++) writer.append(point(step));
    }).toThrow(SpoolFull);
    expect(givenUp).toEqual([1]);
    writer.append({
      type: 'ended',
      outcome: 'failed',
      step: 2,
      failureClass: 'storage_full',
      message: 'full',
    });
    writer.close();
    expect(arrived().checkpoints).toEqual([2]);
  });

  it('does not count what was sent as given up', () => {
    const { writer, givenUp } = spoolOf(8_000);
    for (let step = 1; step <= 20; step++) {
      checkpoint(writer, step, join(folder, 'stored'));
      expect(arrived().checkpoints).toEqual([step]);
    }
    writer.close();
    expect(givenUp).toEqual([]);
  });

  it('makes room for a write elsewhere on a full disk, as long as there is something to give up', async () => {
    const { writer, givenUp } = spoolOf(1_000_000);
    for (const step of [1, 2, 3]) checkpoint(writer, step, join(folder, 'stored'));
    let calls = 0;
    const write = async (): Promise<string> => {
      calls += 1;
      if (calls < 3) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      return 'written';
    };
    expect(await writer.withRoom(write)).toBe('written');
    expect(givenUp).toEqual([1, 2]);
    await expect(
      writer.withRoom(() => Promise.reject(Object.assign(new Error('full'), { code: 'EDQUOT' }))),
    ).rejects.toThrow(/cannot take more: the disk is full/);
    writer.close();
    expect(arrived().checkpoints).toEqual([3]);
  });
});
