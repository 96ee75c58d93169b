/**
 * Windows of a convolution's output pixels, column by column of the matrix that they would make, for the gradient of
 * the filter.
 */

/**
 * Four patch columns p..p+3 of output pixels `first` to first + rows - 1, `pace` bytes from one to the next. Where a
 * kernel row's kernelWidth*channels numbers come in fours, the four columns lie next to each other in the input and
 * are one load, except at the left and right edges. Worked off by stretches of one output row.
 */
export function packPatches(
  x: usize,
  panel: usize,
  pace: usize,
  first: i32,
  rows: i32,
  p: i32,
  columns: i32,
  height: i32,
  width: i32,
  channels: i32,
  kernelWidth: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  const run = kernelWidth * channels;
  const kh = p / run,
    offset = p - kh * run;
  const rowLength = width * channels;
  const step = strideW * channels;
  for (let m = first; m < first + rows; ) {
    const line = m / outWidth;
    const n = line / outHeight;
    const top = (line - n * outHeight) * strideH - padTop;
    const image = x + ((<usize>(n * height * rowLength)) << 2);
    const end = min((line + 1) * outWidth, first + rows);
    let start = (m - line * outWidth) * step - padLeft * channels + offset;
    const vector = (run & 3) === 0 && <u32>(top + kh) < <u32>height;
    while (m < end) {
      if (vector && start >= 0 && start + 4 <= rowLength) {
        let from = image + ((<usize>((top + kh) * rowLength + start)) << 2);
        const count = min(end - m, (rowLength - 4 - start) / step + 1);
        for (let left = count; left > 0; left--) {
          v128.store(panel, v128.load(from));
          panel += pace;
          from += (<usize>step) << 2;
        }
        start += count * step;
        m += count;
        continue;
      }
      // Where channels come in fours, the four columns are of one pixel, which is outside.
      if ((channels & 3) === 0) v128.store(panel, f32x4.splat(0));
      else packEdge(image, panel, p, columns, top, start - offset, height, rowLength, run);
      panel += pace;
      start += step;
      m++;
    }
  }
}

/**
 * Patch columns p..p+3 of the output pixel whose patch begins at row `top` and at number `left` of each input row,
 * number by number, with zeros outside of the image and behind the last column.
 */
function packEdge(
  image: usize,
  panel: usize,
  p: i32,
  columns: i32,
  top: i32,
  left: i32,
  height: i32,
  rowLength: i32,
  run: i32,
): void {
  for (let lane = 0; lane < 4; lane++) {
    const kh = (p + lane) / run;
    const h = top + kh;
    const at = left + p + lane - kh * run;
    const inside = p + lane < columns && <u32>h < <u32>height && <u32>at < <u32>rowLength;
    const value: f32 = inside ? f32.load(image + ((<usize>(h * rowLength + at)) << 2)) : 0;
    f32.store(panel + ((<usize>lane) << 2), value);
  }
}
