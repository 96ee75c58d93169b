/** A run's log: idempotent on (run, epoch, sequence), kept with the run, read and searched page by page both ways. */
import { BadInputError, LeaseLostError } from '../errors/api.error.ts';
import type { PrismaClient, RunLog } from '../generated/prisma/client.ts';
import { wakeReaders } from '../live/wake-readers.sql.ts';
import { whyLost } from '../runs/fence.service.ts';
import type { Fence } from '../runs/lease.sql.ts';
import { decodeKey, encodeKey } from '../schema/page.ts';
import type { ReportResult } from '../telemetry/metric.service.ts';
import { type GivenLine, ingestLines, type LogFilter, type LogPlace, readLines } from './log.sql.ts';

export const MAX_LINES = 5_000;
const MAX_LINE_LENGTH = 16_384;
const MAX_SEARCH_LENGTH = 200;

/** @throws BadInputError with the path of the wrong line; LeaseLostError. */
export async function reportLogs(
  database: PrismaClient,
  fence: Fence,
  lines: readonly GivenLine[],
): Promise<ReportResult> {
  if (lines.length > MAX_LINES)
    throw new BadInputError('input.lines', lines.length, `at most ${MAX_LINES} lines a batch`);
  lines.forEach(checkLine);
  // Postgres' text has no NUL.
  const clean = lines.map((line) => ({ ...line, text: line.text.replaceAll('\0', '\uFFFD') }));
  const taken = await ingestLines(database, fence, clean);
  if (taken === undefined) throw new LeaseLostError(await whyLost(database, fence));
  if (taken.inserted > 0) wakeReaders(database);
  return {
    accepted: true,
    duplicate: lines.length > 0 && taken.inserted === 0,
    command: taken.command,
    reason: taken.commandReason,
  };
}

function checkLine(line: GivenLine, i: number): void {
  const path = `input.lines[${i}]`;
  if (line.sequence < 0) throw new BadInputError(`${path}.sequence`, line.sequence, 'at least 0');
  if (!/^[a-z]{1,20}$/.test(line.stream)) {
    const expected = 'a lower-case word such as stdout, stderr or agent';
    throw new BadInputError(`${path}.stream`, line.stream, expected);
  }
  if (line.text.length > MAX_LINE_LENGTH) {
    throw new BadInputError(`${path}.text`, line.text, `at most ${MAX_LINE_LENGTH} characters`);
  }
}

/** What a person asks for; an empty search is none. @throws BadInputError for one that is too long. */
export function compileFilter(given: {
  readonly search?: string | null;
  readonly stream?: string | null;
  readonly epoch?: number | null;
}): LogFilter {
  const search = given.search?.replaceAll('\0', '') ?? '';
  if (search.length > MAX_SEARCH_LENGTH)
    throw new BadInputError('search', search, `at most ${MAX_SEARCH_LENGTH} characters`);
  return { search: search || null, stream: given.stream ?? null, epoch: given.epoch ?? null };
}

export interface LogPageRequest {
  readonly runId: string;
  readonly filter: LogFilter;
  readonly first: number;
  readonly after: string | null;
  readonly before: string | null;
  /** The log's last lines instead of its first; a page `before` a place is read from its end all the same. */
  readonly newest: boolean;
}

export interface LogPage {
  /** In the order in which they were written, whichever way the page was read. */
  readonly lines: readonly RunLog[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  /** The lines before the page come with it as `before`; null when there is none. */
  readonly olderCursor: string | null;
}

/**
 * One page. Where a page is read forwards nothing is said of what stands before it but whether it began at a cursor;
 * where it is read from its end, later lines come after its endCursor once they are written.
 *
 * @throws BadInputError for a foreign cursor, or for both at once.
 */
export async function readLogs(database: PrismaClient, request: LogPageRequest): Promise<LogPage> {
  const { runId, filter, first } = request;
  const after = placeOf(request.after, 'after');
  const before = placeOf(request.before, 'before');
  if (after !== null && (before !== null || request.newest))
    throw new BadInputError('after', request.after, 'null in a page that is read from its end');
  const backwards = before !== null || request.newest;
  const side = backwards ? 'before' : 'after';
  const rows = await readLines(database, { runId, filter, side, place: before ?? after, limit: first + 1 });
  const more = rows.length > first;
  const page = rows.slice(0, first);
  const lines = backwards ? page.toReversed() : page;
  const [oldest, newest] = [lines[0], lines.at(-1)];
  const hasOlder = backwards ? more : after !== null;
  return {
    lines,
    endCursor: newest ? cursorOf(newest) : request.after,
    hasNextPage: backwards ? before !== null : more,
    olderCursor: hasOlder && oldest ? cursorOf(oldest) : null,
  };
}

export const cursorOf = ({ epoch, sequence }: LogPlace): string => encodeKey([epoch, sequence]);

function placeOf(cursor: string | null, argument: string): LogPlace | null {
  if (cursor === null) return null;
  const [epoch, sequence] = decodeKey(cursor, 2, argument);
  const fits = (part: unknown): part is number =>
    typeof part === 'number' && Number.isInteger(part) && Math.abs(part) < 2 ** 31;
  if (!fits(epoch) || !fits(sequence)) throw new BadInputError(argument, cursor, 'a cursor of this list');
  return { epoch, sequence };
}
