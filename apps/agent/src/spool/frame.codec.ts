/**
 * One record on disk: u32 length, u32 crc32 of the payload (both little-endian), then the payload as JSON in UTF-8. A
 * process killed in mid-write leaves a torn tail; reading gives every whole record before it and says where they end.
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

export interface DecodedFrames {
  readonly values: readonly unknown[];
  /** Bytes that the whole records take; what follows is torn, damaged, or still being written. */
  readonly wholeBytes: number;
}

/** Every whole record from the start of `bytes`. Never throws: damage ends the reading. */
export const decodeFrames = (bytes: Buffer): DecodedFrames => {
  const values: unknown[] = [];
  let at = 0;
  while (at + headerBytes <= bytes.byteLength) {
    const length = bytes.readUInt32LE(at);
    const end = at + headerBytes + length;
    if (length === 0 || length > maxPayloadBytes || end > bytes.byteLength) break;
    const payload = bytes.subarray(at + headerBytes, end);
    if (crc32(payload) !== bytes.readUInt32LE(at + 4)) break;
    values.push(JSON.parse(payload.toString('utf8')));
    at = end;
  }
  return { values, wholeBytes: at };
};
