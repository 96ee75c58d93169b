/** Filters in the order in which the convolution's inner loop reads them: panels of eight output channels. */

/**
 * Packs a filter, seen as [taps*inChannels, outChannels], for `convolve` in the forward direction: the panels
 * `from` to `to` of ceil(outChannels/8).
 */
export function packFilter(
  filter: usize,
  packed: usize,
  rows: i32,
  outChannels: i32,
  from: i32,
  to: i32,
): void {
  packed += (<usize>(from * rows)) << 5;
  for (let channel = from << 3; channel < to << 3; channel += 8) {
    const valid = outChannels - channel;
    let at = filter + ((<usize>channel) << 2);
    for (let row = 0; row < rows; row++) {
      if (valid >= 8) {
        v128.store(packed, v128.load(at));
        v128.store(packed, v128.load(at, 16), 16);
      } else {
        for (let lane = 0; lane < 8; lane++) {
          f32.store(packed + ((<usize>lane) << 2), lane < valid ? f32.load(at + ((<usize>lane) << 2)) : 0);
        }
      }
      packed += 32;
      at += (<usize>outChannels) << 2;
    }
  }
}

/**
 * Packs one phase of the filter, flipped and with its channel axes swapped, for the gradient of the input:
 * taps kh = firstH + strideH*t, t descending, and likewise across. The result convolves dy [.., outChannels]
 * into dx [.., inChannels]; the panels `from` to `to` of ceil(inChannels/8).
 */
export function packFilterPhase(
  filter: usize,
  packed: usize,
  kernelWidth: i32,
  inChannels: i32,
  outChannels: i32,
  firstH: i32,
  tapsH: i32,
  firstW: i32,
  tapsW: i32,
  strideH: i32,
  strideW: i32,
  from: i32,
  to: i32,
): void {
  packed += (<usize>(from * tapsH * tapsW * outChannels)) << 5;
  for (let channel = from << 3; channel < to << 3; channel += 8) {
    const valid = min(8, inChannels - channel);
    for (let th = tapsH - 1; th >= 0; th--) {
      for (let tw = tapsW - 1; tw >= 0; tw--) {
        const tap = (firstH + strideH * th) * kernelWidth + firstW + strideW * tw;
        const at = filter + ((<usize>((tap * inChannels + channel) * outChannels)) << 2);
        packTransposed(at, packed, valid, outChannels);
        packed += (<usize>outChannels) << 5;
      }
    }
  }
}

/** packed[row][lane] = from[lane][row] for `valid` of eight lanes, zeros in the others. */
function packTransposed(from: usize, packed: usize, valid: i32, rows: i32): void {
  const stride = (<usize>rows) << 2;
  let row = 0;
  if (valid === 8) {
    for (; row + 4 <= rows; row += 4) {
      const at = from + ((<usize>row) << 2);
      transpose4(at, stride, packed + ((<usize>row) << 5));
      transpose4(at + (stride << 2), stride, packed + ((<usize>row) << 5) + 16);
    }
  }
  for (; row < rows; row++) {
    const to = packed + ((<usize>row) << 5);
    const at = from + ((<usize>row) << 2);
    for (let lane = 0; lane < 8; lane++) {
      const value: f32 = lane < valid ? f32.load(at + <usize>lane * stride) : 0;
      f32.store(to + ((<usize>lane) << 2), value);
    }
  }
}

/** to[j][i] = from[i][j] for i and j below four; rows of `to` are 32 bytes apart. */
function transpose4(from: usize, stride: usize, to: usize): void {
  const a = v128.load(from),
    b = v128.load(from + stride),
    c = v128.load(from + stride * 2),
    d = v128.load(from + stride * 3);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5),
    cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<i32>(a, b, 2, 6, 3, 7),
    gh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i32>(ab, cd, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<i32>(ab, cd, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<i32>(ef, gh, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<i32>(ef, gh, 2, 3, 6, 7), 96);
}

/** memory.fill of floats. Not the instruction: a worker may not know yet how far the memory has grown. */
export function fillZeros(at: usize, count: i32): void {
  const end = at + ((<usize>count) << 2);
  for (; at + 16 <= end; at += 16) v128.store(at, f32x4.splat(0));
  for (; at < end; at += 4) f32.store(at, 0);
}

/** memory.copy of floats; see fillZeros. */
export function copyFloats(from: usize, to: usize, count: i32): void {
  const end = to + ((<usize>count) << 2);
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from));
  for (; to < end; to += 4, from += 4) f32.store(to, f32.load(from));
}
