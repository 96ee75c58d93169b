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
import { packedSize, packFilter, packTransposed, runConvolution } from './convolution.job.ts';
import { runFilterGradient } from './filter-gradient.job.ts';
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
  heap.scratch(packedSize(inner, columns), (packed) => {
    if (transposeB) packTransposed(heap, b, packed, inner, columns);
    else packFilter(heap, b, packed, inner, columns);
    runConvolution(heap, {
      input: a,
      batch: 1,
      height: 1,
      width: rows,
      inChannels: inner,
      packed,
      kernelHeight: 1,
      kernelWidth: 1,
      strideHeight: 1,
      strideWidth: 1,
      padTop: 0,
      padLeft: 0,
      out,
      outHeight: 1,
      outWidth: rows,
      outChannels: columns,
      outImage: 0,
      outRow: 0,
      outColumn: columns,
    });
  });
}

/** out = a^T * b, for a stored as [inner, rows]. */
function multiplyTransposed(heap: WasmHeap, a: number, b: number, out: number, product: Product): void {
  const { rows, inner, columns } = product;
  runFilterGradient(heap, {
    x: a,
    batch: 1,
    height: 1,
    width: inner,
    channels: rows,
    dy: b,
    outHeight: 1,
    outWidth: inner,
    outChannels: columns,
    kernelHeight: 1,
    kernelWidth: 1,
    strideHeight: 1,
    strideWidth: 1,
    padTop: 0,
    padLeft: 0,
    filter: out,
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
