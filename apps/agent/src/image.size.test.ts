import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageSizeOf } from './image.size.ts';

const png = (width: number, height: number): Buffer => {
  const bytes = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([bytes, size]);
};

/** Start, an application segment, a table (C4, which is no frame), then a progressive frame. */
const jpeg = (width: number, height: number): Buffer => {
  const bytes = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc40004aabbffffc2001108', 'hex');
  const size = Buffer.alloc(4);
  size.writeUInt16BE(height, 0);
  size.writeUInt16BE(width, 2);
  return Buffer.concat([bytes, size]);
};

describe('imageSizeOf', () => {
  it('reads PNG and JPEG', () => {
    expect(imageSizeOf(png(640, 480))).toEqual({ width: 640, height: 480 });
    expect(imageSizeOf(jpeg(640, 480))).toEqual({ width: 640, height: 480 });
  });

  it('knows no size of what is cut off, empty or something else', () => {
    for (const whole of [png(3, 4), jpeg(3, 4)]) {
      for (let length = 0; length < whole.length; length += 1)
        expect(imageSizeOf(whole.subarray(0, length))).toBeUndefined();
    }
    expect(imageSizeOf(png(0, 4))).toBeUndefined();
    expect(imageSizeOf(Buffer.from('<svg/>'))).toBeUndefined();
  });

  it('ends on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        imageSizeOf(Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.from(bytes)]));
      }),
      { numRuns: 1_000 },
    );
  });
});
