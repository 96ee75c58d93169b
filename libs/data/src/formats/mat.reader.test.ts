import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectOnlyComplaints, golden } from './golden.fixture.ts';
import { matFile } from './mat.fixture.ts';
import { readMat } from './mat.reader.ts';

describe('a MAT file', () => {
  it.each(['plain.mat', 'compressed.mat'])('%s of scipy: arrays of all types, and nothing else', (name) => {
    const arrays = readMat(golden(name));
    expect([...arrays.keys()].sort()).toEqual(['doubles', 'labels', 'wide']);
    expect(arrays.get('labels')).toEqual({
      shape: [1, 12],
      values: Float64Array.of(1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2),
    });
    // Column by column.
    expect(arrays.get('doubles')?.values).toEqual(Float64Array.of(0, 0.75, 0.25, 1, 0.5, 1.25));
    expect(arrays.get('wide')?.values).toEqual(Float64Array.of(-1, 70000));
  });

  it.each([true, false])('as our own writer makes it (compressed: %s)', (compressed) => {
    const read = readMat(matFile('labels', [3, 1, 2], compressed));
    expect(read.get('labels')).toEqual({ shape: [1, 3], values: Float64Array.of(3, 1, 2) });
  });

  it('of version 7.3 is refused with what to do', () => {
    const bytes = new Uint8Array(600);
    bytes.set(Buffer.from('\x89HDF\r\n'));
    expect(() => readMat(bytes)).toThrow(/version 7\.3.*saved with -v7/);
  });

  it('that unpacks to more than any label file is refused', () => {
    const body = deflateSync(Buffer.alloc(100 * 2 ** 20));
    const bytes = Buffer.concat([
      Buffer.from(matFile('x', [], false)).subarray(0, 128),
      Buffer.alloc(8),
      body,
    ]);
    bytes.writeUInt32LE(15, 128);
    bytes.writeUInt32LE(body.length, 132);
    expect(() => readMat(bytes)).toThrow(/does not unpack/);
  });

  it.each(['plain.mat', 'compressed.mat'])('%s damaged in any way is read or complained of', (name) => {
    const bytes = golden(name);
    // A cut between two arrays leaves a whole file, so cuts are tried in the last one.
    expectOnlyComplaints(readMat, matFile('labels', [1, 2, 3, 4, 5, 6, 7], name === 'compressed.mat'));
    expectDamageOnly(bytes);
  });
});

const expectDamageOnly = (bytes: Uint8Array): void => {
  for (let at = 128; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    try {
      readMat(damaged);
    } catch (error) {
      expect((error as Error).name).toBe('FormatError');
    }
  }
};
