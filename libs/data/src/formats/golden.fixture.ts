/** The files of formats/golden, and what every byte reader must do with damage: answer or complain, never anything else. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect } from 'vitest';
import { FormatError } from './format.error.ts';

export const goldenPath = (name: string): string => new URL(`./golden/${name}`, import.meta.url).pathname;

/** One of the files that tools/golden/datasets.py made. */
export const golden = (name: string): Uint8Array => new Uint8Array(readFileSync(goldenPath(name)));

const onlyComplains = (read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void => {
  try {
    read(bytes);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
};

/** Cuts `whole` at every length, changes bytes of it at random, and tries random bytes alone. */
export const expectOnlyComplaints = (read: (bytes: Uint8Array) => unknown, whole: Uint8Array): void => {
  for (let length = 0; length < whole.length; length += Math.max(1, Math.floor(whole.length / 400))) {
    expect(() => read(whole.slice(0, length)), `cut to ${length} bytes`).toThrow(FormatError);
  }
  const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
      const damaged = whole.slice();
      for (const [at, byte] of changes) damaged[at] = byte;
      onlyComplains(read, damaged);
    }),
    { numRuns: 1500 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => onlyComplains(read, bytes)),
    { numRuns: 1000 },
  );
};
