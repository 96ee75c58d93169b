/** Derivatives of the kernels that only move numbers: reshape, slice, concat, pad, tile, gather, select. */
import {
  backend_util,
  batchToSpaceND,
  cast,
  concat,
  logicalNot,
  mul,
  pad,
  reshape,
  reverse,
  slice,
  spaceToBatchND,
  stack,
  sum,
  transpose,
  unsortedSegmentSum,
  unstack,
  util,
  zerosLike,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { type Derivative, sumToShape } from './gradient.definition.ts';

/** Sums the copies that `tile` made: [r0*d0, r1*d1, ...] -> [d0, d1, ...], splitting only the repeated axes. */
function untile(dy: Tensor, shape: number[], reps: readonly number[]): Tensor {
  const split: number[] = [];
  const copies: number[] = [];
  shape.forEach((size, axis) => {
    const times = reps[axis] ?? 1;
    if (times > 1) copies.push(split.push(times) - 1);
    split.push(size);
  });
  return copies.length === 0 ? dy.clone() : reshape(sum(reshape(dy, split), copies), shape);
}

/** Adds each gathered slice's gradient back to the slice that it came from. Batched gathers are refused. */
function ungather(
  dy: Tensor,
  x: Tensor,
  indices: Tensor,
  attributes: Readonly<Record<string, unknown>>,
): Tensor {
  if (attributes['batchDims']) throw new Error('the gradient of a gather with batchDims is not defined here');
  const axis = util.parseAxisParam(attributes['axis'] as number, x.shape)[0] ?? 0;
  const flat = reshape(dy, [...x.shape.slice(0, axis), indices.size, ...x.shape.slice(axis + 1)]);
  const ids = reshape(indices, [indices.size]) as Tensor1D;
  const segments = x.shape[axis] ?? 0;
  if (axis === 0) return unsortedSegmentSum(flat, ids, segments);
  const order = [axis, ...x.shape.keys()].filter((dim, at) => at === 0 || dim !== axis);
  return transpose(
    unsortedSegmentSum(transpose(flat, order), ids, segments),
    backend_util.getUndoAxesPermutation(order),
  );
}

export const layoutGradients: readonly Derivative[] = [
  { kernel: 'Reshape', inputs: ['x'], grad: (dy, saved) => ({ x: () => reshape(dy, saved.at(0).shape) }) },
  {
    kernel: 'ExpandDims',
    inputs: ['input'],
    grad: (dy, saved) => ({ input: () => reshape(dy, saved.at(0).shape) }),
  },
  {
    kernel: 'Transpose',
    grad: (dy, _saved, attributes) => ({
      x: () => transpose(dy, backend_util.getUndoAxesPermutation(attributes['perm'] as number[])),
    }),
  },
  {
    kernel: 'BroadcastTo',
    inputs: ['x'],
    grad: (dy, saved) => ({ x: () => sumToShape(dy, saved.at(0).shape) }),
  },
  {
    kernel: 'Tile',
    inputs: ['x'],
    grad: (dy, saved, attributes) => ({
      x: () => untile(dy, saved.at(0).shape, attributes['reps'] as number[]),
    }),
  },
  {
    kernel: 'Concat',
    saveAllInputs: true,
    grad: (dy, saved, attributes) => {
      const shapes = saved.all().map((tensor) => tensor.shape);
      const axis = util.parseAxisParam(attributes['axis'] as number, saved.at(0).shape)[0] ?? 0;
      const sizes = shapes.map((shape) => shape[axis] ?? 0);
      const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((total, size) => total + size, 0));
      return Object.fromEntries(
        shapes.map((shape, index) => [
          String(index),
          () =>
            slice(
              dy,
              shape.map((_, dim) => (dim === axis ? (starts[index] ?? 0) : 0)),
              shape,
            ),
        ]),
      );
    },
  },
  {
    kernel: 'SplitV',
    grad: (dy, _saved, attributes) => ({
      x: () => concat(dy as unknown as Tensor[], attributes['axis'] as number),
    }),
  },
  {
    kernel: 'Slice',
    inputs: ['x'],
    grad: (dy, saved, attributes) => ({
      x: () => {
        const { shape } = saved.at(0);
        const begin = attributes['begin'] as number | number[];
        const starts = shape.map((_, axis) =>
          Array.isArray(begin) ? (begin[axis] ?? 0) : axis === 0 ? begin : 0,
        );
        return pad(
          dy,
          shape.map((size, axis): [number, number] => {
            const start = starts[axis] ?? 0;
            return [start, size - start - (dy.shape[axis] ?? 0)];
          }),
        );
      },
    }),
  },
  {
    kernel: 'PadV2',
    inputs: ['x'],
    grad: (dy, saved, attributes) => ({
      x: () =>
        slice(
          dy,
          (attributes['paddings'] as [number, number][]).map(([before]) => before),
          saved.at(0).shape,
        ),
    }),
  },
  {
    kernel: 'Pack',
    saveAllInputs: true,
    grad: (dy, _saved, attributes) =>
      Object.fromEntries(
        unstack(dy, attributes['axis'] as number).map((part, index) => [String(index), () => part]),
      ),
  },
  {
    kernel: 'Unpack',
    grad: (dy, _saved, attributes) => ({
      value: () => stack(dy as unknown as Tensor[], attributes['axis'] as number),
    }),
  },
  {
    kernel: 'Reverse',
    grad: (dy, _saved, attributes) => ({ x: () => reverse(dy, attributes['dims'] as number[]) }),
  },
  {
    kernel: 'GatherV2',
    inputs: ['x', 'indices'],
    grad: (dy, saved, attributes) => ({
      x: () => ungather(dy, saved.at(0), saved.at(1), attributes),
      indices: () => cast(zerosLike(saved.at(1)), 'float32'),
    }),
  },
  {
    kernel: 'SpaceToBatchND',
    grad: (dy, _saved, attributes) => ({
      x: () => batchToSpaceND(dy, attributes['blockShape'] as number[], attributes['paddings'] as number[][]),
    }),
  },
  {
    kernel: 'BatchToSpaceND',
    grad: (dy, _saved, attributes) => ({
      x: () => spaceToBatchND(dy, attributes['blockShape'] as number[], attributes['crops'] as number[][]),
    }),
  },
  {
    kernel: 'Select',
    inputs: ['condition'],
    grad: (dy, saved) => ({
      condition: () => cast(zerosLike(saved.at(0)), 'float32'),
      t: () => mul(dy, cast(saved.at(0), 'float32')),
      e: () => mul(dy, cast(logicalNot(saved.at(0)), 'float32')),
    }),
  },
];
