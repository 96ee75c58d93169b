/**
 * BatchMatMul for wasm, for single matrices: a product is a 1x1 convolution over one row of pixels, and a
 * transposed left factor is that convolution's filter gradient. tfjs's kernel reaches 2 * 10^9 operations a second
 * where this one makes 30; batches and doubly transposed products still go there.
 */
import {
  getKernel,
  util,
  type KernelConfig,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { WasmHeap } from './wasm-heap.ts';

const native = getKernel('BatchMatMul', 'wasm');

/** One product: a is [rows, inner] or its transpose, b [inner, columns] or its transpose. */
interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** out = a * b or a * b^T. */
function multiply(
  heap: WasmHeap,
  a: number,
  b: number,
  out: number,
  product: Product,
  transposeB: boolean,
): void {
  const { rows, inner, columns } = product;
  const packedSize = Math.ceil(columns / 8) * 8 * inner;
  heap.scratch(packedSize, (packed) => {
    if (transposeB) heap.kernels.packFilterPhase(b, packed, 1, columns, inner, 0, 1, 0, 1, 1, 1, 8);
    else heap.kernels.packFilter(b, packed, inner, columns);
    // No pixel is outside of the image, so the zeros are never read.
    heap.kernels.convolve(
      a,
      1,
      1,
      rows,
      inner,
      packed,
      1,
      1,
      1,
      1,
      0,
      0,
      out,
      1,
      rows,
      columns,
      0,
      0,
      columns,
      packed,
    );
  });
}

/** out = a^T * b, for a stored as [inner, rows]. */
function multiplyTransposed(heap: WasmHeap, a: number, b: number, out: number, product: Product): void {
  const { rows, inner, columns } = product;
  const wide = Math.ceil(columns / 8) * 8;
  const block = Math.min(256, inner);
  heap.scratch(block * wide + block * 4 + Math.ceil(rows / 4) * 4 * wide, (scratch) => {
    heap.kernels.filterGradient(
      a,
      1,
      1,
      inner,
      rows,
      b,
      1,
      inner,
      columns,
      1,
      1,
      1,
      1,
      0,
      0,
      out,
      scratch,
      block,
    );
  });
}

export const matMulKernel: KernelConfig = {
  ...native,
  kernelFunc: (call) => {
    const { a, b } = call.inputs as NamedTensorInfoMap & { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = (call.attrs ?? {}) as { transposeA?: boolean; transposeB?: boolean };
    const single = [a, b].every(({ shape, dtype }) => {
      return shape.length <= 3 && (shape.length < 3 || shape[0] === 1) && dtype === 'float32';
    });
    if (!single || (transposeA && transposeB) || util.sizeFromShape([...a.shape, ...b.shape]) === 0) {
      return native.kernelFunc(call);
    }
    const [aRows = 1, aColumns = 1] = a.shape.slice(-2);
    const [bRows = 1, bColumns = 1] = b.shape.slice(-2);
    const product: Product = {
      rows: transposeA ? aColumns : aRows,
      inner: transposeA ? aRows : aColumns,
      columns: transposeB ? bRows : bColumns,
    };
    const heap = WasmHeap.of(call.backend);
    const out = heap.output([...a.shape.slice(0, -2), product.rows, product.columns]);
    const addresses = [heap.address(a), heap.address(b), heap.address(out)] as const;
    if (transposeA) multiplyTransposed(heap, ...addresses, product);
    else multiply(heap, ...addresses, product, transposeB === true);
    return out;
  },
};
