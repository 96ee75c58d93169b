/**
 * Turns a child's output, and the agent's own words about the run, into log records: lines, bounded in length and in
 * number, batched each second. A program that prints without end must not fill the disk or the API; what is left out,
 * for that or because the disk is full, is counted and said.
 */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { LogLine } from './spool/spool.record.ts';
import type { SpoolWriter } from './spool/spool.writer.ts';

const maxLineLength = 4_000;
const maxBatch = 500;
const maxLinesPerSecond = 500;

export interface LineCollector {
  /** Reads a stream until it ends. */
  read(stream: Readable, name: 'stdout' | 'stderr'): void;
  /** A line of the agent itself, for whoever reads the run's log. Not part of the tail. */
  say(text: string): void;
  /** The last lines, for a crash's message; at most 20. */
  tail(): readonly string[];
  /** Writes what is waiting and stops. */
  close(): void;
}

export const createLineCollector = (
  spool: Pick<SpoolWriter, 'append' | 'close'>,
  now: () => Date,
  onFault: (error: unknown) => void,
): LineCollector => {
  let sequence = 0;
  let waiting: LogLine[] = [];
  let thisSecond = 0;
  let omitted = 0;
  let unwritten = 0;
  let recent: string[] = [];

  const push = (stream: string, text: string): void => {
    waiting.push({ sequence, at: now().toISOString(), stream, text: text.slice(0, maxLineLength) });
    sequence += 1;
  };
  const write = (): void => {
    if (omitted > 0) push('agent', `(${omitted} lines left out: more than ${maxLinesPerSecond} a second)`);
    omitted = 0;
    thisSecond = 0;
    if (waiting.length === 0) return;
    if (unwritten > 0) push('agent', `(${unwritten} lines before this one are lost: the disk had no room)`);
    try {
      for (; waiting.length > 0; waiting = waiting.slice(maxBatch)) {
        spool.append({ type: 'logs', lines: waiting.slice(0, maxBatch) });
      }
      unwritten = 0;
    } catch (error) {
      if (unwritten === 0) onFault(error);
      unwritten += waiting.filter(({ stream }) => stream !== 'agent').length;
      waiting = [];
    }
  };
  const take = (stream: string, text: string): void => {
    if (text === '') return;
    recent = [...recent.slice(-19), text.slice(0, maxLineLength)];
    thisSecond += 1;
    if (thisSecond > maxLinesPerSecond) omitted += 1;
    else push(stream, text);
  };
  const timer = setInterval(write, 1_000);

  return {
    read(stream, name) {
      const decoder = new StringDecoder('utf8');
      let rest = '';
      stream.on('data', (chunk: Buffer) => {
        const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
        // A line without an end is cut rather than kept in memory for ever.
        rest = (lines.pop() ?? '').slice(-maxLineLength);
        for (const line of lines) take(name, line);
      });
      stream.on('end', () => take(name, rest + decoder.end()));
      stream.on('error', () => {});
    },
    say: (text) => push('agent', text),
    tail: () => recent,
    close() {
      clearInterval(timer);
      write();
      try {
        spool.close();
      } catch (error) {
        onFault(error);
      }
    },
  };
};
