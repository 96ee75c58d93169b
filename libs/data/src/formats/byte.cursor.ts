/** Reads numbers and bytes one after the other and never beyond the end: a length in a file is only a claim. */
import { FormatError } from './format.error.ts';

export class ByteCursor {
  private readonly view: DataView;
  at = 0;

  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian = true,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  fail(message: string): never {
    throw new FormatError(this.at, message);
  }

  /** A view of the next `length` bytes. @throws FormatError when there are not so many */
  take(length: number, what: string): Uint8Array {
    if (!Number.isSafeInteger(length) || length < 0 || length > this.left) {
      this.fail(`${what} claims ${length} bytes; ${this.left} are left`);
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private skip(length: number, what: string): number {
    this.take(length, what);
    return this.at - length;
  }

  u8(what: string): number {
    return this.view.getUint8(this.skip(1, what));
  }

  u16(what: string): number {
    return this.view.getUint16(this.skip(2, what), this.littleEndian);
  }

  i32(what: string): number {
    return this.view.getInt32(this.skip(4, what), this.littleEndian);
  }

  u32(what: string): number {
    return this.view.getUint32(this.skip(4, what), this.littleEndian);
  }

  f64(what: string, littleEndian = this.littleEndian): number {
    return this.view.getFloat64(this.skip(8, what), littleEndian);
  }

  /** @throws FormatError beyond 2^53: no file has such a size */
  i64(what: string): number {
    const value = Number(this.view.getBigInt64(this.skip(8, what), this.littleEndian));
    return Number.isSafeInteger(value) ? value : this.fail(`${what} is ${value}; expected less than 2^53`);
  }
}
