/** A stream as numbered lines; one that is too long is left out rather than kept in memory. */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface NumberedLine {
  /** From 1. */
  readonly number: number;
  /** Null when it was longer than the limit. */
  readonly text: string | null;
}

/** Ends with the stream; a stream that breaks has ended. */
export async function* linesOf(stream: Readable, longest: number): AsyncGenerator<NumberedLine> {
  const decoder = new StringDecoder('utf8');
  let number = 1;
  let rest = '';
  let tooLong = false;
  const finish = (part: string): NumberedLine => {
    const text = rest + part;
    const line = { number, text: tooLong || text.length > longest ? null : text.replace(/\r$/, '') };
    number += 1;
    rest = '';
    tooLong = false;
    return line;
  };
  try {
    for await (const chunk of stream) {
      const parts = decoder.write(chunk as Buffer).split('\n');
      const last = parts.pop() ?? '';
      for (const part of parts) yield finish(part);
      tooLong ||= rest.length + last.length > longest;
      rest = tooLong ? '' : rest + last;
    }
  } catch {
    // The writer is gone, and what it wrote was read.
  }
  if (rest !== '' || tooLong) yield finish(decoder.end());
}
