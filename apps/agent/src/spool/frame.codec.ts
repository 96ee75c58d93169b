/**
 * One record on disk: u32 length, u32 crc32 of the payload (both little-endian), then the payload as JSON in UTF-8. A
 * process killed in mid-write leaves a torn tail; reading gives every whole record before it and says where they end.
 * A disk that changes a byte costs the one record in which it stands, as long as its length is still right.
 */
import { crc32 } from 'node:zlib';

const headerBytes = 8;
/** Far above any batch; a length beyond it is damage, not data. */
const maxPayloadBytes = 64 * 1024 * 1024;

/** @throws RangeError when the value's JSON is above 64 MiB */
export const encodeFrame = (value: unknown): Buffer => {
  const payload = Buffer.from(JSON.stringify(value), 'utf8');
  if (payload.byteLength > maxPayloadBytes) {
    throw new RangeError(`a record of ${payload.byteLength} bytes; at most ${maxPayloadBytes} are allowed`);
  }
  const frame = Buffer.allocUnsafe(headerBytes + payload.byteLength);
  frame.writeUInt32LE(payload.byteLength, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  payload.copy(frame, headerBytes);
  return frame;
};

/** Stands in the place of a record whose checksum is wrong and that has a whole record behind it. */
export const damaged = Symbol('damaged record');

export interface DecodedFrames {
  readonly values: readonly unknown[];
  /** Bytes that these records take; what follows is torn, damaged, or still being written. */
  readonly wholeBytes: number;
  /** The most records that can have been begun in what follows. */
  readonly mostBehind: number;
}

/** The records from the start of `bytes`. Never throws, never invents a record, keeps each in its place. */
export const decodeFrames = (bytes: Buffer): DecodedFrames => {
  const values: unknown[] = [];
  let wholeBytes = 0;
  /** Records with a wrong checksum since the last sound one; it takes a sound one to show that they were records. */
  let doubtful = 0;
  for (let at = 0; at + headerBytes <= bytes.byteLength; ) {
    const length = bytes.readUInt32LE(at);
    const end = at + headerBytes + length;
    if (length === 0 || length > maxPayloadBytes || end > bytes.byteLength) break;
    const payload = bytes.subarray(at + headerBytes, end);
    if (crc32(payload) === bytes.readUInt32LE(at + 4)) {
      for (; doubtful > 0; doubtful -= 1) values.push(damaged);
      values.push(JSON.parse(payload.toString('utf8')));
      wholeBytes = end;
    } else {
      doubtful += 1;
    }
    at = end;
  }
  return { values, wholeBytes, mostBehind: Math.ceil((bytes.byteLength - wholeBytes) / headerBytes) };
};
