/**
 * Conv2D for wasm. tfjs has one (XNNPACK), but this one needs no operator set up for every new filter, which in
 * training is every step. What it does not know (dilation) goes to
 * tfjs's kernel.
 *
 * 10^9 operations a second on one core of a quiet Xeon (Sapphire Rapids), batch 64 (`npm run bench -- kernels`):
 * 64x64x3 -> 32: 19, before there were frames (on a loaded AMD EPYC, width 64: 16 before, 18 since); 32x32x32 -> 64: 42; 16x16x64 -> 128: 43; 8x8x128 -> 256: 41 (kernel 4, stride 2). tfjs's own made
 * about 30 at the last three in a comparison by hand, where this one made 46 to 50.
 */
import {
  getKernel,
  type KernelConfig,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { convGeometry } from './conv-geometry.ts';
import { packedSize, packFilter, runConvolution } from './convolution.job.ts';
import { WasmHeap } from './wasm-heap.ts';

const native = getKernel('Conv2D', 'wasm');

/**
 * Up to here an image is put into a frame of zeros first: asking for every tap whether it lies in the image costs as
 * much as such a tap itself.
 */
const FEW_CHANNELS = 8;

type Geometry = ReturnType<typeof convGeometry>;

/** The input as it stands in memory: the image of a convolution, or that image in its frame. */
type Input = Omit<Geometry, 'padInfo'> & {
  readonly address: number;
  readonly padInfo: Pick<Geometry['padInfo'], 'top' | 'left'>;
};

function convolve(heap: WasmHeap, input: Input, filter: TensorInfo, out: TensorInfo): void {
  const { filterHeight, filterWidth, inChannels, outHeight, outWidth, outChannels } = input;
  const rows = filterHeight * filterWidth * inChannels;
  const size = packedSize(rows, outChannels);
  heap.scratch(size + filterWidth * inChannels, (packed) => {
    const zeros = packed + size * 4;
    heap.zero(zeros, filterWidth * inChannels);
    packFilter(heap, heap.address(filter), packed, rows, outChannels);
    runConvolution(heap, {
      input: input.address,
      batch: input.batchSize,
      height: input.inHeight,
      width: input.inWidth,
      inChannels,
      packed,
      kernelHeight: filterHeight,
      kernelWidth: filterWidth,
      strideHeight: input.strideHeight,
      strideWidth: input.strideWidth,
      padTop: input.padInfo.top,
      padLeft: input.padInfo.left,
      out: heap.address(out),
      outHeight,
      outWidth,
      outChannels,
      outImage: outHeight * outWidth * outChannels,
      outRow: outWidth * outChannels,
      outColumn: outChannels,
      zeros,
    });
  });
}

/** The same, of images in a frame of zeros that is just as large as the windows reach. */
function convolveFramed(
  heap: WasmHeap,
  x: TensorInfo,
  filter: TensorInfo,
  out: TensorInfo,
  geometry: Geometry,
): void {
  const { batchSize, inHeight, inWidth, inChannels, padInfo } = geometry;
  const height = (geometry.outHeight - 1) * geometry.strideHeight + geometry.filterHeight;
  const width = (geometry.outWidth - 1) * geometry.strideWidth + geometry.filterWidth;
  const size = batchSize * height * width * inChannels;
  heap.scratch(size, (frames) => {
    heap.run({
      kind: 'padImages',
      args: [
        heap.address(x),
        inHeight,
        inWidth,
        inChannels,
        frames,
        height,
        width,
        padInfo.top,
        padInfo.left,
      ],
      units: batchSize,
      nanoseconds: size / 2,
    });
    const framed = { ...geometry, inHeight: height, inWidth: width, padInfo: { top: 0, left: 0 } };
    convolve(heap, { ...framed, address: frames }, filter, out);
  });
}

export const conv2DKernel: KernelConfig = {
  ...native,
  kernelFunc: (call) => {
    const { x, filter } = call.inputs as NamedTensorInfoMap & { x: TensorInfo; filter: TensorInfo };
    const attributes = call.attrs ?? {};
    if ([attributes['dilations']].flat().some((dilation) => dilation !== 1)) return native.kernelFunc(call);
    const heap = WasmHeap.of(call.backend);
    const geometry = convGeometry(x.shape, filter.shape, attributes);
    const out = heap.output(geometry.outShape); // [B, outHeight, outWidth, outChannels]
    const { padInfo, inChannels } = geometry;
    const padded = padInfo.top + padInfo.left + padInfo.bottom + padInfo.right > 0;
    if (padded && inChannels <= FEW_CHANNELS) convolveFramed(heap, x, filter, out, geometry);
    else convolve(heap, { ...geometry, address: heap.address(x) }, filter, out);
    return out;
  },
};
