/** Width and height of a PNG or JPEG from its first bytes; nothing is decoded. */

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const sizeOfPng = (bytes: Buffer): ImageSize | undefined =>
  bytes.length >= 24 && bytes.toString('latin1', 12, 16) === 'IHDR'
    ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
    : undefined;

/** Start-of-frame segments, of which each JPEG has one: C0 to CF without the tables C4, C8 and CC. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const sizeOfJpeg = (bytes: Buffer): ImageSize | undefined => {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (isFrame(marker))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    else at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
};

/** Undefined when it is neither, or cut off before its size. */
export const imageSizeOf = (bytes: Buffer): ImageSize | undefined => {
  const size = bytes.subarray(0, 8).equals(pngStart)
    ? sizeOfPng(bytes)
    : bytes[0] === 0xff && bytes[1] === 0xd8
      ? sizeOfJpeg(bytes)
      : undefined;
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
};
