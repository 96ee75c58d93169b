/** A contact sheet of a dataset: the quickest way to see that colours, transparency and orientation are right. */
import sharp from 'sharp';
import { composite, type Rgb } from './batch.augment.ts';
import type { Dataset } from './dataset.type.ts';

export interface SheetOptions {
  /** Pictures shown, spread evenly over the items. Default 96. */
  count?: number | undefined;
  columns?: number | undefined;
  /** Default white. */
  background?: Rgb | undefined;
}

const GAP = 4;

/** A PNG of evenly spread items, un-augmented, in the items' order, row by row. */
export const sampleSheet = async (dataset: Dataset, options: SheetOptions = {}): Promise<Uint8Array> => {
  const count = Math.min(options.count ?? 96, dataset.items.length);
  const columns = Math.min(options.columns ?? 12, count);
  const rows = Math.ceil(count / columns);
  const { imageSize, recordSize } = dataset;
  const [r, g, b] = options.background ?? [255, 255, 255];
  const margin = Math.floor((recordSize - imageSize) / 2);
  const view = { left: margin, top: margin, flip: false, background: [r, g, b] as const };
  const tiles = Array.from({ length: count }, (_, place) => {
    const picture = new Float32Array(imageSize * imageSize * 3);
    composite(dataset.record(Math.floor((place * dataset.items.length) / count)), dataset, view, picture, 0);
    return {
      input: Buffer.from(Uint8Array.from(picture, (value) => Math.round((value + 1) * 127.5))),
      raw: { width: imageSize, height: imageSize, channels: 3 as const },
      left: GAP + (place % columns) * (imageSize + GAP),
      top: GAP + Math.floor(place / columns) * (imageSize + GAP),
    };
  });
  return sharp({
    create: {
      width: GAP + columns * (imageSize + GAP),
      height: GAP + rows * (imageSize + GAP),
      channels: 3,
      background: { r, g, b },
    },
  })
    .composite(tiles)
    .png()
    .toBuffer();
};
