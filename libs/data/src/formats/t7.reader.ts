/**
 * Torch7's binary serialisation (torch/File.lua, writeObject): numbers, texts, booleans, tables and tensors. Functions
 * are code and are refused, as is any class that is neither tensor nor storage.
 */
import { ByteCursor } from './byte.cursor.ts';

export interface TorchTensor {
  shape: readonly number[];
  /** Row-major, whatever strides the file had. */
  values: Float64Array | Float32Array;
}

/** Keys are numbers, texts or booleans; a list is a table with the keys 1 to n. */
export type TorchTable = Map<string | number | boolean, TorchValue>;
export type TorchValue = null | number | string | boolean | TorchTable | TorchTensor | TorchStorage;

/** Numbers behind each other, as their file has them. */
export class TorchStorage {
  constructor(readonly values: Float64Array | Float32Array) {}
}

const NIL = 0;
const NUMBER = 1;
const STRING = 2;
const TABLE = 3;
const TORCH = 4;
const BOOLEAN = 5;
const FUNCTIONS = new Set([6, 7, 8]);

const DEEPEST = 64;
const MOST_DIMENSIONS = 8;

type Read = (view: DataView, at: number) => number;

/** Bytes and reading of a number in each storage. */
const KINDS: Readonly<Record<string, readonly [bytes: number, read: Read]>> = {
  Byte: [1, (view, at) => view.getUint8(at)],
  Char: [1, (view, at) => view.getInt8(at)],
  Short: [2, (view, at) => view.getInt16(at, true)],
  Int: [4, (view, at) => view.getInt32(at, true)],
  Long: [8, (view, at) => Number(view.getBigInt64(at, true))],
  Float: [4, (view, at) => view.getFloat32(at, true)],
  Double: [8, (view, at) => view.getFloat64(at, true)],
};

const CLASS = /^torch\.(Byte|Char|Short|Int|Long|Float|Double|Cuda)(Tensor|Storage)$/;

const isTensor = (value: unknown): value is TorchTensor =>
  typeof value === 'object' && value !== null && 'shape' in value && 'values' in value;

export { isTensor as isTorchTensor };

class TorchReader {
  private readonly known = new Map<number, TorchValue>();

  constructor(private readonly cursor: ByteCursor) {}

  read(depth = 0): TorchValue {
    const { cursor } = this;
    if (depth > DEEPEST) cursor.fail(`objects lie more than ${DEEPEST} deep`);
    const type = cursor.i32("an object's type");
    switch (type) {
      case NIL:
        return null;
      case NUMBER:
        return cursor.f64('a number');
      case STRING:
        return this.text();
      case BOOLEAN:
        return cursor.i32('a boolean') === 1;
      case TABLE:
        return this.shared((index) => this.table(index, depth));
      case TORCH:
        return this.shared((index) => this.object(index, depth));
      default:
        return cursor.fail(
          FUNCTIONS.has(type)
            ? 'a function; expected data, code is not read'
            : `an object of type ${type}; expected 0 to 5`,
        );
    }
  }

  private text(): string {
    return Buffer.from(this.cursor.take(this.cursor.i32("a text's length"), 'a text')).toString('latin1');
  }

  /** An object that stands in the file once and is referred to by its index from then on. */
  private shared(read: (index: number) => TorchValue): TorchValue {
    const index = this.cursor.i32("an object's index");
    const known = this.known.get(index);
    if (known !== undefined) return known;
    return read(index);
  }

  private table(index: number, depth: number): TorchTable {
    const { cursor } = this;
    const size = cursor.i32("a table's size");
    // A pair takes eight bytes at least, so that a claimed size cannot make the loop long.
    if (size < 0 || size * 8 > cursor.left) cursor.fail(`a table claims ${size} pairs`);
    const table: TorchTable = new Map();
    this.known.set(index, table);
    for (let pair = 0; pair < size; pair++) {
      const key = this.read(depth + 1);
      if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'boolean') {
        cursor.fail('a table has a key that is no text, number or boolean');
      }
      table.set(key as string | number | boolean, this.read(depth + 1));
    }
    return table;
  }

  private object(index: number, depth: number): TorchValue {
    // Newer files say `V 1` and then the class; older ones the class at once.
    const first = this.text();
    const name = first.startsWith('V ') ? this.text() : first;
    const [, kind, what] = CLASS.exec(name) ?? [];
    if (kind === undefined) {
      this.cursor.fail(`an object of the class ${JSON.stringify(name.slice(0, 60))}; expected a tensor`);
    }
    const value =
      what === 'Tensor' ? this.tensor(depth) : this.storage(kind === 'Cuda' ? 'Float' : (kind ?? ''));
    this.known.set(index, value);
    return value;
  }

  private storage(kind: string): TorchStorage {
    const { cursor } = this;
    const [bytes, read] = KINDS[kind] as readonly [number, Read];
    const size = cursor.i64("a storage's size");
    const body = cursor.take(size * bytes, `a storage of ${size} numbers`);
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const values = kind === 'Float' ? new Float32Array(size) : new Float64Array(size);
    for (let i = 0; i < size; i++) values[i] = read(view, i * bytes);
    return new TorchStorage(values);
  }

  private tensor(depth: number): TorchTensor {
    const { cursor } = this;
    const dimensions = cursor.i32("a tensor's dimensions");
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) cursor.fail(`a tensor of ${dimensions} dimensions`);
    const sizes = Array.from({ length: dimensions }, () => cursor.i64('a size'));
    const strides = Array.from({ length: dimensions }, () => cursor.i64('a stride'));
    const offset = cursor.i64('an offset') - 1;
    const storage = this.read(depth + 1);
    if (dimensions === 0) return { shape: [], values: new Float64Array(0) };
    if (!(storage instanceof TorchStorage)) return cursor.fail('a tensor without a storage');
    return this.gather(storage.values, sizes, strides, offset);
  }

  /** The tensor's numbers, row by row. Each stands in the file, so their number is bounded by it. */
  private gather(
    stored: Float64Array | Float32Array,
    sizes: readonly number[],
    strides: readonly number[],
    offset: number,
  ): TorchTensor {
    const { cursor } = this;
    const total = sizes.reduce((product, size) => product * size, 1);
    const last = offset + sizes.reduce((sum, size, i) => sum + (size - 1) * (strides[i] as number), 0);
    const fits = sizes.every((size) => size >= 0) && strides.every((stride) => stride >= 0) && offset >= 0;
    if (!fits || total > stored.length || (total > 0 && last >= stored.length)) {
      cursor.fail(`a tensor of ${sizes.join('x')} reaches beyond its ${stored.length} stored numbers`);
    }
    const values = stored instanceof Float32Array ? new Float32Array(total) : new Float64Array(total);
    for (let row = 0; row < total; row++) {
      let rest = row;
      let at = offset;
      for (let d = sizes.length - 1; d >= 0; d--) {
        const size = sizes[d] as number;
        at += (rest % size) * (strides[d] as number);
        rest = Math.floor(rest / size);
      }
      values[row] = stored[at] as number;
    }
    return { shape: sizes, values };
  }
}

/**
 * The one object of a .t7 file. @throws FormatError for damage, functions, other classes and the text form of .t7
 */
export const readT7 = (bytes: Uint8Array): TorchValue => {
  const cursor = new ByteCursor(bytes);
  // In the text form the first bytes are a digit and a line end.
  if (bytes[0] !== undefined && bytes[0] >= 0x30 && bytes[1] === 0x0a) {
    cursor.fail('a .t7 file in text form; expected the binary form');
  }
  return new TorchReader(cursor).read();
};
