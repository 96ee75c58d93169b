/**
 * One picture file to one RGBA record. sharp's defaults would accept a truncated file and a bomb of 268 megapixels;
 * here damage of any kind is an error, which the caller counts and names.
 */
import sharp from 'sharp';

/** Refuses a picture that would unpack to more than this: 64 megapixels. */
const MOST_PIXELS = 64 * 1024 * 1024;

/**
 * Straight (not premultiplied) RGBA, sRGB, [size, size, 4]. The shorter side is scaled to `size` and the longer one
 * cropped around its centre; EXIF orientation is applied; greyscale and palettes become RGB.
 * @throws Error of libvips when the file is missing, truncated, too large or not a picture
 */
export const decodeImage = async (path: string, size: number): Promise<Uint8Array> => {
  const { data, info } = await sharp(path, { failOn: 'error', limitInputPixels: MOST_PIXELS })
    .autoOrient()
    .toColourspace('srgb')
    .resize(size, size, { fit: 'cover', kernel: 'lanczos3' })
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 4 || data.length !== size * size * 4) {
    throw new Error(`decoded to ${info.width}x${info.height}x${info.channels}, expected ${size}x${size}x4`);
  }
  return data;
};
