/** An array of numpy's: its shape, its type and its bytes, and how they become numbers. */

/** How a number is written. `=` and `|` are little-endian here: no big-endian machine runs Node. */
export interface NumpyType {
  /** `f4`, `u1`, `i8`, `b1`. */
  readonly code: string;
  readonly bytes: number;
  readonly littleEndian: boolean;
}

export interface NumpyArray {
  shape: readonly number[];
  type: NumpyType;
  /** Row-major; exactly as many as shape and type say. */
  bytes: Uint8Array;
}

type Read = (view: DataView, at: number, little: boolean) => number;

const READS: Readonly<Record<string, Read>> = {
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  b1: (view, at) => view.getUint8(at),
};

/** The type of `code`, little-endian until told otherwise; null for what is no plain number. */
export const numpyType = (code: string): NumpyType | null =>
  Object.hasOwn(READS, code) ? { code, bytes: Number(code[1]), littleEndian: true } : null;

/** All numbers as doubles; 64-bit integers lose what a double cannot hold. */
export const numbersOf = ({ bytes, type }: NumpyArray): Float64Array => {
  const read = READS[type.code] as Read;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / type.bytes }, (_, i) =>
    read(view, i * type.bytes, type.littleEndian),
  );
};
