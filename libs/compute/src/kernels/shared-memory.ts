/**
 * WebAssembly binaries whose memory several threads may use, or only one. Which it is is one bit of the memory's limits
 * (WebAssembly core specification, 5.3.4, threads proposal); ordinary loads and stores compile to the same
 * instructions on either. tfjs's binary is built for one thread and ours for several, since its compiler would else
 * move a look at what another thread writes out of a loop; both must agree on the memory that they share.
 */

const IMPORTS = 2;
const MEMORIES = 5;
const SHARED = 2;
/** Shared memory needs an upper bound, which both binaries have. */
const BOUNDED = 1;

/** Reads a binary from front to back. */
class Reader {
  at = 8;
  readonly #binary: Uint8Array;

  constructor(binary: Uint8Array) {
    this.#binary = binary;
  }

  get done(): boolean {
    return this.at >= this.#binary.length;
  }

  byte(): number {
    const value = this.#binary[this.at] ?? 0;
    this.at += 1;
    return value;
  }

  /** An unsigned LEB128 number below 2^32. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  skip(bytes: number): void {
    this.at += bytes;
  }
}

/** Where the flags of the first imported memory stand; both binaries import functions and memories only. */
function importedMemory(reader: Reader): number | null {
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.skip(reader.number());
    reader.skip(reader.number());
    const kind = reader.byte();
    if (kind === 2) return reader.at;
    if (kind !== 0) return null;
    reader.number();
  }
  return null;
}

/** A copy of `binary` whose memory is shared, or not. Throws Error when it has none, or one without an upper bound. */
export function withMemory(binary: Uint8Array, shared: boolean): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(binary);
  const reader = new Reader(copy);
  while (!reader.done) {
    const section = reader.byte();
    const end = reader.number() + reader.at;
    let flags: number | null = null;
    if (section === IMPORTS) flags = importedMemory(reader);
    if (section === MEMORIES && reader.number() > 0) flags = reader.at;
    if (flags !== null) {
      const limits = copy[flags] ?? 0;
      if ((limits & BOUNDED) === 0)
        throw new Error('a memory without an upper bound cannot be shared by threads');
      copy[flags] = shared ? limits | SHARED : limits & ~SHARED;
      return copy;
    }
    reader.at = end;
  }
  throw new Error('this WebAssembly binary has no memory that threads could share');
}
