/**
 * The safetensors container, float32 only: 8 bytes little-endian header length, a JSON header padded with spaces to
 * a multiple of 8, then the raw little-endian values, in the order of the header and without gaps. Any safetensors
 * library reads what this writes; what this reads is checked to the byte, since a checkpoint may have been cut off.
 */
import { CheckpointCorrupt } from './checkpoint.error.ts';

export interface NamedArray {
  shape: readonly number[];
  data: Float32Array;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const lengthBytes = 8;
const largestHeader = 100_000_000;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

/** @throws RangeError when a shape does not fit its data */
export const encodeSafetensors = (tensors: ReadonlyMap<string, NamedArray>): Uint8Array => {
  const header: Record<string, HeaderEntry> = {};
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    if (sizeOf(shape) !== data.length) {
      throw new RangeError(`tensor ${name}: shape [${shape.join(', ')}] does not hold ${data.length} values`);
    }
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(lengthBytes + headerLength + end);
  bytes.fill(0x20, lengthBytes, lengthBytes + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, lengthBytes);
  let at = lengthBytes + headerLength;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
};

const isEntry = (value: unknown): value is HeaderEntry => {
  const entry = value as Partial<HeaderEntry> | null;
  return (
    typeof entry === 'object' &&
    entry !== null &&
    entry.dtype === 'F32' &&
    Array.isArray(entry.shape) &&
    entry.shape.every((side) => Number.isInteger(side) && side >= 0) &&
    Array.isArray(entry.data_offsets) &&
    entry.data_offsets.length === 2
  );
};

const readHeader = (bytes: Uint8Array, file: string): { header: Record<string, unknown>; start: number } => {
  if (bytes.length < lengthBytes) throw new CheckpointCorrupt(file, `it has ${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = lengthBytes + length;
  if (length > largestHeader || start > bytes.length) {
    throw new CheckpointCorrupt(file, `its header should have ${length} bytes, the file has ${bytes.length}`);
  }
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(lengthBytes, start)));
    if (typeof header === 'object' && header !== null) return { header: { ...header }, start };
  } catch (cause) {
    throw new CheckpointCorrupt(file, 'its header is not JSON', { cause });
  }
  throw new CheckpointCorrupt(file, 'its header is not an object');
};

/**
 * @param file how the error names it
 * @throws CheckpointCorrupt for anything that does not add up to the byte
 */
export const decodeSafetensors = (bytes: Uint8Array, file: string): Map<string, NamedArray> => {
  const { header, start } = readHeader(bytes, file);
  const tensors = new Map<string, NamedArray>();
  let expected = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (!isEntry(entry)) throw new CheckpointCorrupt(file, `tensor ${name} is not described as float32`);
    const [from, to] = entry.data_offsets;
    if (from !== expected || to - from !== 4 * sizeOf(entry.shape) || start + to > bytes.length) {
      throw new CheckpointCorrupt(file, `tensor ${name} lies at ${from} to ${to}, which does not fit`);
    }
    // A copy by the constructor: slice of a Node Buffer would be a view of its whole pool.
    const data = new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer);
    tensors.set(name, { shape: entry.shape, data });
    expected = to;
  }
  if (start + expected !== bytes.length) {
    throw new CheckpointCorrupt(file, `${bytes.length - start - expected} bytes follow the last tensor`);
  }
  return tensors;
};
