/**
 * Direct convolution over the tfjs heap, as an implicit matrix product (Dukhan 2019, "The Indirect Convolution
 * Algorithm"): no im2col buffer, four output pixels by eight output channels in registers, weights packed so
 * that the inner loop reads them in order. The same loop serves the forward pass, the gradient of the input at
 * stride 1 and each phase of it at stride 2, because the output may be written with any pixel stride.
 *
 * Everything here is NHWC float32; pointers are byte offsets, strides of the output are counted in floats.
 */

function store8(out: usize, low: v128, high: v128, valid: i32): void {
  if (valid >= 8) {
    v128.store(out, low);
    v128.store(out, high, 16);
    return;
  }
  if (valid >= 4) v128.store(out, low);
  let rest = valid >= 4 ? high : low;
  let at = valid >= 4 ? out + 16 : out;
  for (let left = valid & 3; left > 0; left--) {
    f32.store(at, f32x4.extract_lane(rest, 0));
    rest = v128.shuffle<i32>(rest, rest, 1, 2, 3, 0);
    at += 4;
  }
}

/** The address of one input pixel's channels, or of the row of zeros when the pixel is padding. */
function pixel(image: usize, h: i32, w: i32, height: i32, width: i32, channels: i32, zeros: usize): usize {
  return <u32>h < <u32>height && <u32>w < <u32>width
    ? image + ((<usize>((h * width + w) * channels)) << 2)
    : zeros;
}

/**
 * out[n, y, x, co] = sum over taps and ci of input[n, y*strideH - padTop + kh, x*strideW - padLeft + kw, ci] * w.
 * `packed` is [ceil(outChannels/8)][kernelHeight*kernelWidth][inChannels][8]; `zeros` holds inChannels zeros.
 */
export function convolve(
  input: usize,
  batch: i32,
  height: i32,
  width: i32,
  inChannels: i32,
  packed: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  out: usize,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  outImage: i32,
  outRow: i32,
  outColumn: i32,
  zeros: usize,
): void {
  const panels = (outChannels + 7) >> 3;
  const panelBytes = (<usize>(kernelHeight * kernelWidth * inChannels)) << 5;
  const pixels = outHeight * outWidth;
  const imageBytes = (<usize>(height * width * inChannels)) << 2;
  for (let n = 0; n < batch; n++) {
    const image = input + <usize>n * imageBytes;
    for (let p = 0; p < pixels; p += 4) {
      const last = pixels - 1;
      const p1 = min(p + 1, last),
        p2 = min(p + 2, last),
        p3 = min(p + 3, last);
      const y0 = p / outWidth,
        x0 = p - y0 * outWidth;
      const y1 = p1 / outWidth,
        x1 = p1 - y1 * outWidth;
      const y2 = p2 / outWidth,
        x2 = p2 - y2 * outWidth;
      const y3 = p3 / outWidth,
        x3 = p3 - y3 * outWidth;
      const base = out + ((<usize>(n * outImage)) << 2);
      const o0 = base + ((<usize>(y0 * outRow + x0 * outColumn)) << 2);
      const o1 = base + ((<usize>(y1 * outRow + x1 * outColumn)) << 2);
      const o2 = base + ((<usize>(y2 * outRow + x2 * outColumn)) << 2);
      const o3 = base + ((<usize>(y3 * outRow + x3 * outColumn)) << 2);
      for (let panel = 0; panel < panels; panel++) {
        let w = packed + <usize>panel * panelBytes;
        let c00 = f32x4.splat(0),
          c01 = f32x4.splat(0),
          c10 = f32x4.splat(0),
          c11 = f32x4.splat(0);
        let c20 = f32x4.splat(0),
          c21 = f32x4.splat(0),
          c30 = f32x4.splat(0),
          c31 = f32x4.splat(0);
        for (let kh = 0; kh < kernelHeight; kh++) {
          const dy = kh - padTop;
          for (let kw = 0; kw < kernelWidth; kw++) {
            const dx = kw - padLeft;
            let a0 = pixel(image, y0 * strideH + dy, x0 * strideW + dx, height, width, inChannels, zeros);
            let a1 = pixel(image, y1 * strideH + dy, x1 * strideW + dx, height, width, inChannels, zeros);
            let a2 = pixel(image, y2 * strideH + dy, x2 * strideW + dx, height, width, inChannels, zeros);
            let a3 = pixel(image, y3 * strideH + dy, x3 * strideW + dx, height, width, inChannels, zeros);
            for (let c = inChannels; c > 0; c--) {
              const w0 = v128.load(w),
                w1 = v128.load(w, 16);
              const s0 = v128.load32_splat(a0);
              c00 = f32x4.add(c00, f32x4.mul(s0, w0));
              c01 = f32x4.add(c01, f32x4.mul(s0, w1));
              const s1 = v128.load32_splat(a1);
              c10 = f32x4.add(c10, f32x4.mul(s1, w0));
              c11 = f32x4.add(c11, f32x4.mul(s1, w1));
              const s2 = v128.load32_splat(a2);
              c20 = f32x4.add(c20, f32x4.mul(s2, w0));
              c21 = f32x4.add(c21, f32x4.mul(s2, w1));
              const s3 = v128.load32_splat(a3);
              c30 = f32x4.add(c30, f32x4.mul(s3, w0));
              c31 = f32x4.add(c31, f32x4.mul(s3, w1));
              a0 += 4;
              a1 += 4;
              a2 += 4;
              a3 += 4;
              w += 32;
            }
          }
        }
        const shift = (<usize>panel) << 5;
        const valid = outChannels - (panel << 3);
        // Repeated pixels at the end of an image write the same numbers again.
        store8(o0 + shift, c00, c01, valid);
        store8(o1 + shift, c10, c11, valid);
        store8(o2 + shift, c20, c21, valid);
        store8(o3 + shift, c30, c31, valid);
      }
    }
  }
}

/** Packs filter [kernelHeight, kernelWidth, inChannels, outChannels] for `convolve` in the forward direction. */
export function packFilter(filter: usize, packed: usize, taps: i32, inChannels: i32, outChannels: i32): void {
  const rows = taps * inChannels;
  for (let panel = 0; panel < outChannels; panel += 8) {
    const valid = min(8, outChannels - panel);
    for (let row = 0; row < rows; row++) {
      const from = filter + ((<usize>(row * outChannels + panel)) << 2);
      for (let lane = 0; lane < valid; lane++)
        f32.store(packed + ((<usize>lane) << 2), f32.load(from + ((<usize>lane) << 2)));
      for (let lane = valid; lane < 8; lane++) f32.store(packed + ((<usize>lane) << 2), 0);
      packed += 32;
    }
  }
}

/**
 * Packs one phase of the filter, flipped and with its channel axes swapped, for the gradient of the input:
 * taps kh = firstH + strideH*t, t descending, and likewise across. The result convolves dy [.., outChannels]
 * into dx [.., inChannels].
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
): void {
  for (let panel = 0; panel < inChannels; panel += 8) {
    const valid = min(8, inChannels - panel);
    for (let th = tapsH - 1; th >= 0; th--) {
      for (let tw = tapsW - 1; tw >= 0; tw--) {
        const tap = (firstH + strideH * th) * kernelWidth + firstW + strideW * tw;
        const from = filter + ((<usize>((tap * inChannels + panel) * outChannels)) << 2);
        for (let co = 0; co < outChannels; co++) {
          for (let lane = 0; lane < valid; lane++) {
            f32.store(
              packed + ((<usize>lane) << 2),
              f32.load(from + ((<usize>(lane * outChannels + co)) << 2)),
            );
          }
          for (let lane = valid; lane < 8; lane++) f32.store(packed + ((<usize>lane) << 2), 0);
          packed += 32;
        }
      }
    }
  }
}
