import { describe, expect, it } from 'vitest';
import { damaged, decodeFrames, encodeFrame } from './frame.codec.ts';

const values = [{ a: 1 }, 'grün 🌱', [1, 2, 3], { deep: { text: 'x'.repeat(300) } }];
const frames = values.map(encodeFrame);
const bytes = Buffer.concat(frames);

describe('records on disk', () => {
  it('come back as they were', () => {
    expect(decodeFrames(bytes)).toEqual({ values, wholeBytes: bytes.byteLength, mostBehind: 0 });
  });

  it('cut at any byte give exactly the whole records before the cut, and say how many more may have been begun', () => {
    const ends = frames.map((_, i) => Buffer.concat(frames.slice(0, i + 1)).byteLength);
    for (let length = 0; length <= bytes.byteLength; length++) {
      const whole = ends.filter((end) => end <= length).length;
      const decoded = decodeFrames(bytes.subarray(0, length));
      expect(decoded.values).toEqual(values.slice(0, whole));
      expect(decoded.wholeBytes).toBe(ends[whole - 1] ?? 0);
      expect(decoded.mostBehind > 0).toBe(length > decoded.wholeBytes);
    }
  });

  it('with any one bit flipped lose records but never invent, move or change one', () => {
    for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const decoded = decodeFrames(changed);
      const sound = decoded.values.filter((value) => value !== damaged);
      expect(sound.length).toBeLessThan(values.length);
      decoded.values.forEach((value, place) => {
        if (value !== damaged) expect(value).toEqual(values[place]);
      });
      expect(decoded.values.length + decoded.mostBehind).toBeGreaterThanOrEqual(values.length);
    }
  });

  it('with a byte changed inside one of them lose that one alone', () => {
    const changed = Buffer.from(bytes);
    const second = (frames[0]?.byteLength ?? 0) + 10;
    changed[second] = (changed[second] ?? 0) ^ 0xff;
    expect(decodeFrames(changed).values).toEqual([values[0], damaged, values[2], values[3]]);
  });

  it('end where a file system has left zeros after a power cut', () => {
    expect(decodeFrames(Buffer.concat([bytes, Buffer.alloc(512)])).values).toEqual(values);
  });
});
