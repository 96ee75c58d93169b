/**
 * A stored record to the picture that a network sees: cropped, perhaps mirrored, composited on a drawn colour.
 *
 * The reference resizes photographs to 76 and takes a random 64 crop. A record with such a margin is cropped just
 * so. An emoji is 64 already and fills its frame, so that scaling it up first would cut it at every edge and blur it;
 * instead the crop window moves by up to a sixteenth of the side (4 of 64), and what lies outside is background.
 */
import type { Rng } from '@plumage/contract';

export type Rgb = readonly [red: number, green: number, blue: number];

/** Plain white; one of eight light colours; any colour at all; or one of those given (0 to 255 each). */
export type Background = 'white' | 'light' | 'any' | readonly Rgb[];

export interface Augment {
  /** Mirror with probability 0.5, where the item allows it. */
  flip: boolean;
  /** Random crop; otherwise the centre. */
  crop: boolean;
  background: Background;
}

const WHITE: Rgb = [255, 255, 255];

const LIGHT: readonly Rgb[] = [
  WHITE,
  [255, 241, 224],
  [255, 228, 230],
  [243, 232, 255],
  [224, 231, 255],
  [219, 242, 254],
  [220, 252, 231],
  [254, 249, 195],
];

const JITTER_SHARE = 1 / 16;

export interface View {
  /** Where the crop starts in the record; may be negative or reach beyond it, there is only background. */
  left: number;
  top: number;
  flip: boolean;
  background: Rgb;
}

const drawBackground = (rng: Rng, background: Background): Rgb => {
  if (background === 'white') return WHITE;
  if (background === 'any') return [rng.int(256), rng.int(256), rng.int(256)];
  const palette = background === 'light' ? LIGHT : background;
  return palette[rng.int(palette.length)] ?? WHITE;
};

/** Draws one view: always the same number of draws for the same options. */
export const drawView = (
  rng: Rng,
  augment: Augment,
  sizes: { recordSize: number; imageSize: number },
  flippable: boolean,
): View => {
  const margin = sizes.recordSize - sizes.imageSize;
  const jitter = margin > 0 ? 0 : Math.round(sizes.imageSize * JITTER_SHARE);
  const offset = (): number =>
    augment.crop ? rng.int(margin + 2 * jitter + 1) - jitter : Math.floor(margin / 2);
  const top = offset();
  const left = offset();
  const mirrored = augment.flip && rng.int(2) === 1;
  return { top, left, flip: mirrored && flippable, background: drawBackground(rng, augment.background) };
};

/**
 * Writes the view of `record` ([recordSize, recordSize, 4], straight alpha) into `out` from `at`:
 * [imageSize, imageSize, 3] in [-1, 1].
 *
 * Its text is also a thread's program (batch.prefetch.ts), so it names nothing outside itself.
 */
export const composite = (
  record: Uint8Array,
  sizes: { recordSize: number; imageSize: number },
  view: View,
  out: Float32Array,
  at: number,
): void => {
  const { recordSize, imageSize } = sizes;
  const [red, green, blue] = view.background;
  let to = at;
  for (let y = 0; y < imageSize; y++) {
    const sourceY = y + view.top;
    const rowInside = sourceY >= 0 && sourceY < recordSize;
    for (let x = 0; x < imageSize; x++, to += 3) {
      const sourceX = (view.flip ? imageSize - 1 - x : x) + view.left;
      const inside = rowInside && sourceX >= 0 && sourceX < recordSize;
      const from = inside ? (sourceY * recordSize + sourceX) * 4 : 0;
      const alpha = inside ? (record[from + 3] as number) / 255 : 0;
      const rest = 1 - alpha;
      out[to] = (alpha * (record[from] as number) + rest * red) / 127.5 - 1;
      out[to + 1] = (alpha * (record[from + 1] as number) + rest * green) / 127.5 - 1;
      out[to + 2] = (alpha * (record[from + 2] as number) + rest * blue) / 127.5 - 1;
    }
  }
};
