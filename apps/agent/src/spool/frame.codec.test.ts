import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame } from './frame.codec.ts';

const values = [{ a: 1 }, 'grün 🌱', [1, 2, 3], { deep: { text: 'x'.repeat(300) } }];
const frames = values.map(encodeFrame);
const bytes = Buffer.concat(frames);

describe('records on disk', () => {
  it('come back as they were', () => {
    expect(decodeFrames(bytes)).toEqual({ values, wholeBytes: bytes.byteLength });
  });

  it('cut at any byte give exactly the whole records before the cut', () => {
    const ends = frames.map((_, i) => Buffer.concat(frames.slice(0, i + 1)).byteLength);
    for (let length = 0; length <= bytes.byteLength; length++) {
      const whole = ends.filter((end) => end <= length).length;
      const decoded = decodeFrames(bytes.subarray(0, length));
      expect(decoded.values).toEqual(values.slice(0, whole));
      expect(decoded.wholeBytes).toBe(ends[whole - 1] ?? 0);
    }
  });

  it('with any one byte changed give a prefix, never an invented record', () => {
    for (let at = 0; at < bytes.byteLength; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const decoded = decodeFrames(damaged).values;
      expect(decoded).toEqual(values.slice(0, decoded.length));
      expect(decoded.length).toBeLessThan(values.length);
    }
  });

  it('end where a file system has left zeros after a power cut', () => {
    expect(decodeFrames(Buffer.concat([bytes, Buffer.alloc(512)])).values).toEqual(values);
  });
});
