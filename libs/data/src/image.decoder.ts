/**
 * One picture to one RGBA record. sharp's defaults would accept a truncated file and a bomb of 268 megapixels;
 * here damage of any kind is an error, which the caller counts and names.
 */
import sharp, { type Sharp } from 'sharp';
import type { Box, Fit, Picture } from './dataset.source.ts';

/** Refuses a picture that would unpack to more than this: 64 megapixels. */
const MOST_PIXELS = 64 * 1024 * 1024;

const LIMITS = { failOn: 'error', limitInputPixels: MOST_PIXELS } as const;

export interface DecodedImage {
  /** Straight (not premultiplied) RGBA, sRGB, [size, size, 4]. */
  rgba: Uint8Array;
  /** The part of the picture, in its own pixels, that the record shows. */
  view: Box;
}

const openPicture = async (picture: Picture): Promise<Sharp> => {
  switch (picture.kind) {
    case 'file':
      return sharp(picture.path, LIMITS);
    case 'encoded':
      return sharp(await picture.read(), LIMITS);
    case 'pixels': {
      const { width, height, channels } = picture;
      return sharp(picture.read(), { raw: { width, height, channels }, ...LIMITS });
    }
  }
};

/** `box` without what lies outside the picture, in whole pixels. */
const clip = (box: Box, width: number, height: number): Box => {
  const left = Math.max(0, Math.floor(box.left));
  const top = Math.max(0, Math.floor(box.top));
  const clipped = {
    left,
    top,
    width: Math.min(width, Math.floor(box.left + box.width)) - left,
    height: Math.min(height, Math.floor(box.top + box.height)) - top,
  };
  if (clipped.width >= 1 && clipped.height >= 1) return clipped;
  throw new Error(`its box ${JSON.stringify(box)} lies outside its ${width}x${height} pixels`);
};

const middleOf = ({ left, top, width, height }: Box): Box => {
  const side = Math.min(width, height);
  return { left: left + (width - side) / 2, top: top + (height - side) / 2, width: side, height: side };
};

/** Width and height once the EXIF orientation is applied. */
const sizeOf = async (image: Sharp): Promise<{ width: number; height: number }> => {
  const { autoOrient, width, height } = await image.metadata();
  return { width: autoOrient?.width ?? width, height: autoOrient?.height ?? height };
};

/**
 * The picture, or the part of it in `box`, as a square of `size`: `centre` scales the shorter side and crops the
 * longer one around its middle, `stretch` squeezes both. EXIF orientation is applied; greyscale and palettes become
 * RGB.
 * @throws Error of libvips when the picture is missing, truncated, too large or not one; also for a box outside it
 */
export const decodeImage = async (
  picture: Picture,
  size: number,
  fit: Fit,
  box?: Box,
): Promise<DecodedImage> => {
  const image = await openPicture(picture);
  const whole = await sizeOf(image);
  const part = box ? clip(box, whole.width, whole.height) : { left: 0, top: 0, ...whole };
  const upright = image.autoOrient();
  const { data, info } = await (box ? upright.extract(part) : upright)
    .toColourspace('srgb')
    .resize(size, size, { fit: fit === 'centre' ? 'cover' : 'fill', kernel: 'lanczos3' })
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 4 || data.length !== size * size * 4) {
    throw new Error(`decoded to ${info.width}x${info.height}x${info.channels}, expected ${size}x${size}x4`);
  }
  return { rgba: data, view: fit === 'centre' ? middleOf(part) : part };
};
