/**
 * The gradient of a convolution's input where that has few channels, such as a picture's three: `convolve` would
 * compute five lanes of padding for each pixel. Here every pixel of dy gives its kernelHeight*kernelWidth*channels
 * contributions, which fill the lanes, and they are added where they belong (GEMM and col2im).
 */
import { convolve } from './convolution';
import { fillZeros } from './packing';
import { ROWS } from './tile';

/**
 * dx for the images `from` to `to`. `packed` is the filter's transpose [ceil(columns/8)][dyChannels][8] with
 * columns = kernelHeight*kernelWidth*channels; `products` is space for lines*dyWidth*columns numbers, of the `lines`
 * rows of dy that are worked off at once, and for what `convolve` needs.
 */
export function scatterGradient(
  dy: usize,
  dyHeight: i32,
  dyWidth: i32,
  dyChannels: i32,
  packed: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  dx: usize,
  height: i32,
  width: i32,
  channels: i32,
  products: usize,
  lines: i32,
  from: i32,
  to: i32,
): void {
  const run = kernelWidth * channels;
  const columns = kernelHeight * run;
  const rowLength = width * channels;
  const image = height * rowLength;
  fillZeros(dx + ((<usize>(from * image)) << 2), (to - from) * image);
  const lineBytes = (<usize>(dyWidth * columns)) << 2;
  const end = to * dyHeight;
  for (let first = from * dyHeight; first < end; first += lines) {
    const count = min(lines, end - first);
    multiplyLines(
      dy + ((<usize>(first * dyWidth * dyChannels)) << 2),
      count * dyWidth,
      dyChannels,
      packed,
      columns,
      products,
      products + <usize>lines * lineBytes,
    );
    for (let line = 0; line < count; line++) {
      const n = (first + line) / dyHeight;
      const top = (first + line - n * dyHeight) * strideH - padTop;
      const picture = dx + ((<usize>(n * image)) << 2);
      for (let kh = max(0, -top); kh < min(kernelHeight, height - top); kh++) {
        const row = picture + ((<usize>((top + kh) * rowLength)) << 2);
        const products0 = products + <usize>line * lineBytes + ((<usize>(kh * run)) << 2);
        scatterRow(products0, columns, dyWidth, run, row, rowLength, strideW * channels, padLeft * channels);
      }
    }
  }
}

/** products[pixels, columns] = dy[pixels, channels] by the packed matrix. */
function multiplyLines(
  dy: usize,
  pixels: i32,
  channels: i32,
  packed: usize,
  columns: i32,
  products: usize,
  scratch: usize,
): void {
  const tiles = (pixels + ROWS - 1) / ROWS;
  convolve(
    dy,
    1,
    1,
    pixels,
    channels,
    packed,
    1,
    1,
    1,
    1,
    0,
    0,
    products,
    1,
    pixels,
    columns,
    0,
    0,
    columns,
    scratch,
    0,
    tiles,
  );
}

/**
 * row[x*pace - left + i] += products[x][i] for i below `run`, where that lies in the row. Neighbours overlap, and a
 * load that straddles two stores waits for both: so every second pixel (or third ...) is done in one go.
 */
function scatterRow(
  products: usize,
  columns: i32,
  pixels: i32,
  run: i32,
  row: usize,
  rowLength: i32,
  pace: i32,
  left: i32,
): void {
  const goes = (run + pace - 1) / pace;
  for (let go = 0; go < goes; go++) {
    for (let x = go; x < pixels; x += goes) {
      const start = x * pace - left;
      let at = products + ((<usize>(x * columns)) << 2);
      let i = max(0, -start);
      const end = min(run, rowLength - start);
      at += (<usize>i) << 2;
      let to = row + ((<usize>(start + i)) << 2);
      for (; i + 4 <= end; i += 4) {
        v128.store(to, f32x4.add(v128.load(to), v128.load(at)));
        to += 16;
        at += 16;
      }
      for (; i < end; i++) {
        f32.store(to, f32.load(to) + f32.load(at));
        to += 4;
        at += 4;
      }
    }
  }
}
