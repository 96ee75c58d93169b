/**
 * The part of MATLAB's Level 5 MAT format that label files use: named arrays of real numbers, compressed or not
 * (MathWorks, "MAT-File Format", chapter 1). Cells, structures, texts and sparse arrays are passed over.
 */
import { inflateSync } from 'node:zlib';
import { ByteCursor } from './byte.cursor.ts';
import { FormatError } from './format.error.ts';

export interface MatArray {
  /** Rows, columns, ...; the values lie column by column. */
  shape: readonly number[];
  values: Float64Array;
}

const HEADER_BYTES = 128;
const MATRIX = 14;
const COMPRESSED = 15;
/** What one compressed element may unpack to: 8 million doubles. Oxford-102 has 8,189 labels. */
const MOST_UNPACKED = 64 * 2 ** 20;
const MOST_DIMENSIONS = 32;
/** mxDOUBLE_CLASS to mxUINT64_CLASS. */
const isNumeric = (mxClass: number): boolean => mxClass >= 6 && mxClass <= 15;
const COMPLEX = 0x08;

type Reader = (view: DataView, at: number, little: boolean) => number;

/** By the element's type: how long a number is and how it is read. */
const NUMBERS: Readonly<Record<number, readonly [bytes: number, read: Reader]>> = {
  1: [1, (view, at) => view.getInt8(at)],
  2: [1, (view, at) => view.getUint8(at)],
  3: [2, (view, at, little) => view.getInt16(at, little)],
  4: [2, (view, at, little) => view.getUint16(at, little)],
  5: [4, (view, at, little) => view.getInt32(at, little)],
  6: [4, (view, at, little) => view.getUint32(at, little)],
  7: [4, (view, at, little) => view.getFloat32(at, little)],
  9: [8, (view, at, little) => view.getFloat64(at, little)],
  12: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  13: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
};

interface Element {
  type: number;
  body: Uint8Array;
}

/** A tag and its bytes; small elements hold both in eight bytes. All but compressed ones are padded to eight. */
const readElement = (cursor: ByteCursor): Element => {
  const tag = cursor.u32('a tag');
  const small = tag >>> 16;
  if (small > 0) {
    if (small > 4) cursor.fail(`a small element claims ${small} bytes; expected at most 4`);
    const body = cursor.take(4, 'a small element').subarray(0, small);
    return { type: tag & 0xffff, body };
  }
  const body = cursor.take(cursor.u32('a length'), `an element of type ${tag}`);
  if (tag !== COMPRESSED) cursor.at += Math.min((8 - (body.length % 8)) % 8, cursor.left);
  return { type: tag, body };
};

const numbersIn = ({ type, body }: Element, cursor: ByteCursor): Float64Array => {
  const [bytes, read] =
    NUMBERS[type] ?? cursor.fail(`numbers of type ${type}; expected a type of the format`);
  if (body.length % bytes !== 0) cursor.fail(`${body.length} bytes of numbers of ${bytes} bytes each`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Float64Array.from({ length: body.length / bytes }, (_, i) =>
    read(view, i * bytes, cursor.littleEndian),
  );
};

const readMatrix = (body: Uint8Array, littleEndian: boolean): [string, MatArray] | null => {
  const cursor = new ByteCursor(body, littleEndian);
  if (body.length === 0) return null;
  const flags = numbersIn(readElement(cursor), cursor)[0] ?? 0;
  if (!isNumeric(flags & 0xff) || ((flags >> 8) & COMPLEX) !== 0) return null;
  const shape = [...numbersIn(readElement(cursor), cursor)];
  const name = Buffer.from(readElement(cursor).body).toString('latin1');
  const values = numbersIn(readElement(cursor), cursor);
  const expected = shape.reduce((product, side) => product * side, 1);
  if (shape.length > MOST_DIMENSIONS || shape.some((side) => side < 0) || expected !== values.length) {
    cursor.fail(`${JSON.stringify(name)} is ${shape.slice(0, 4).join('x')} with ${values.length} values`);
  }
  return [name, { shape, values }];
};

const inflate = (body: Uint8Array, cursor: ByteCursor): Uint8Array => {
  try {
    return inflateSync(body, { maxOutputLength: MOST_UNPACKED });
  } catch (error) {
    return cursor.fail(`a compressed element does not unpack (${(error as Error).message})`);
  }
};

const endianOf = (bytes: Uint8Array): boolean => {
  const mark = String.fromCharCode(bytes[126] ?? 0, bytes[127] ?? 0);
  if (mark === 'IM') return true;
  if (mark === 'MI') return false;
  const text = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  const why = text.includes('HDF') ? 'it is HDF5 (version 7.3)' : 'its byte-order mark is missing';
  throw new FormatError(126, `no MAT file of Level 5: ${why}; expected one saved with -v7 or -v6`);
};

/**
 * The numeric arrays by name. A later one of the same name replaces an earlier one.
 * @throws FormatError for anything that is not whole, of another version, or unpacks to more than 64 MiB
 */
export const readMat = (bytes: Uint8Array): Map<string, MatArray> => {
  if (bytes.length < HEADER_BYTES)
    throw new FormatError(0, `${bytes.length} bytes; a MAT file has a header of 128`);
  const littleEndian = endianOf(bytes);
  const cursor = new ByteCursor(bytes, littleEndian);
  cursor.at = HEADER_BYTES;
  if (cursor.left === 0) cursor.fail('the file ends behind its header; expected an array');
  const arrays = new Map<string, MatArray>();
  while (cursor.left > 0) {
    let element = readElement(cursor);
    if (element.type === COMPRESSED) {
      element = readElement(new ByteCursor(inflate(element.body, cursor), littleEndian));
    }
    if (element.type !== MATRIX) continue;
    const found = readMatrix(element.body, littleEndian);
    if (found !== null) arrays.set(...found);
  }
  return arrays;
};
