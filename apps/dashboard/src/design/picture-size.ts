/**
 * At what size a picture is shown. Generated pictures are small, so they are enlarged by whole multiples only (each
 * pixel a square of equal size), and never beyond the place that they have.
 */

/** The largest whole multiple of `pixels` that fits into `space` (both in pixels), at least once. */
export const wholeMultiple = (pixels: number, space: number): number =>
  pixels <= 0 ? 1 : Math.max(1, Math.floor(space / pixels));

/** The side in CSS pixels of a picture of `pixels` in a cell of about `cell`: 64 -> 128, 32 -> 128, 128 -> 128. */
export const shownSize = (pixels: number, cell: number): number =>
  pixels > cell ? cell : pixels * wholeMultiple(pixels, cell);
