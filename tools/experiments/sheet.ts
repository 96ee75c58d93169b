/** Pictures in rows, as one WebP: as PNG the noise of young generators takes ten times as much. */
import sharp from 'sharp';

const side = 64;
const gap = 4;
const half = { r: 128, g: 128, b: 128, alpha: 0 };

/** @param rows of PNGs of 64 x 64, all of one length */
export const sheetOf = async (rows: readonly (readonly Uint8Array[])[]): Promise<Uint8Array> => {
  const columns = rows[0]?.length ?? 0;
  const pictures = rows.flatMap((row, y) =>
    row.map((input, x) => ({ input: Buffer.from(input), left: x * (side + gap), top: y * (side + gap) })),
  );
  const width = columns * (side + gap) - gap;
  const height = rows.length * (side + gap) - gap;
  const sheet = sharp({ create: { width, height, channels: 4, background: half } }).composite(pictures);
  return new Uint8Array(await sheet.webp({ quality: 90 }).toBuffer());
};

/** RGB of a PNG, 0 to 255. */
const pixelsOf = (png: Uint8Array): Promise<Buffer> => sharp(Buffer.from(png)).removeAlpha().raw().toBuffer();

/** Of the steps between neighbours, by Euclidean distance of their pixels, the largest over the mean; 1 is even. */
export const unevennessOf = async (way: readonly Uint8Array[]): Promise<number> => {
  const pixels = await Promise.all(way.map(pixelsOf));
  const steps = pixels.slice(1).map((picture, i) => {
    const before = pixels[i] as Buffer;
    return Math.sqrt(picture.reduce((sum, value, at) => sum + (value - (before[at] as number)) ** 2, 0));
  });
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  return mean === 0 ? 1 : Math.max(...steps) / mean;
};
