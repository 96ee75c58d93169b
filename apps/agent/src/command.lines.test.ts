import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from './command.lines.ts';

const read = async (chunks: readonly Buffer[], longest = 1_000) => {
  const found = [];
  for await (const line of linesOf(Readable.from(chunks), longest)) found.push(line);
  return found;
};

/** The bytes in pieces of these sizes. */
const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const pieces = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...pieces, bytes.subarray(at)];
};

describe('linesOf', () => {
  it('gives the same lines however the stream is cut, also inside a character', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text))),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }),
        async (lines, sizes) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          expect(await read(cut(bytes, sizes))).toEqual(lines.map((text, i) => ({ number: i + 1, text })));
        },
      ),
    );
  });

  it('ends a last line without an end, and takes both kinds of line ends', async () => {
    expect(await read([Buffer.from('a\r\nb\nc')])).toEqual([
      { number: 1, text: 'a' },
      { number: 2, text: 'b' },
      { number: 3, text: 'c' },
    ]);
  });

  it('leaves out what is too long, keeps count, and goes on with the next', async () => {
    const bytes = Buffer.from(`a\n${'x'.repeat(5_000)}\nb\n${'y'.repeat(5_000)}`);
    for (const sizes of [[], [3_000], Array(20).fill(499)]) {
      expect(await read(cut(bytes, sizes))).toEqual([
        { number: 1, text: 'a' },
        { number: 2, text: null },
        { number: 3, text: 'b' },
        { number: 4, text: null },
      ]);
    }
  });

  it('ends with a stream that breaks', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('a\n');
        throw new Error('reset');
      })(),
    );
    const found = [];
    for await (const line of linesOf(broken, 10)) found.push(line.text);
    expect(found).toEqual(['a']);
  });
});
