/** A run's log lines: idempotent on (run, epoch, sequence), read in order, page by page. */
import { BadInputError } from '../errors/api.error.ts';
import type { PrismaClient, RunLog } from '../generated/prisma/client.ts';
import { requireFence } from '../runs/fence.service.ts';
import type { Fence } from '../runs/lease.sql.ts';
import { decodeKey, encodeKey } from '../schema/page.ts';
import type { ReportResult } from '../telemetry/metric.service.ts';

export const MAX_LINES = 5_000;
const MAX_LINE_LENGTH = 16_384;

export interface GivenLine {
  readonly sequence: number;
  readonly at: Date;
  readonly stream: string;
  readonly text: string;
}

/** @throws BadInputError with the path of the wrong line; LeaseLostError. */
export async function reportLogs(
  database: PrismaClient,
  fence: Fence,
  lines: readonly GivenLine[],
): Promise<ReportResult> {
  if (lines.length > MAX_LINES)
    throw new BadInputError('input.lines', lines.length, `at most ${MAX_LINES} lines a batch`);
  lines.forEach((line, i) => {
    const path = `input.lines[${i}]`;
    if (line.sequence < 0) throw new BadInputError(`${path}.sequence`, line.sequence, 'at least 0');
    if (!/^[a-z]{1,20}$/.test(line.stream)) {
      throw new BadInputError(
        `${path}.stream`,
        line.stream,
        'a lower-case word such as stdout, stderr or agent',
      );
    }
    if (line.text.length > MAX_LINE_LENGTH) {
      throw new BadInputError(`${path}.text`, line.text, `at most ${MAX_LINE_LENGTH} characters`);
    }
  });
  return await database.$transaction(async (tx) => {
    const held = await requireFence(tx, fence);
    const { count } = await tx.runLog.createMany({
      // Postgres' text has no NUL.
      data: lines.map((line) => ({
        ...line,
        text: line.text.replaceAll('\0', '\uFFFD'),
        runId: fence.runId,
        epoch: fence.epoch,
      })),
      skipDuplicates: true,
    });
    const duplicate = lines.length > 0 && count === 0;
    return { accepted: true, duplicate, command: held.command, reason: held.commandReason };
  });
}

export interface LogPage {
  readonly lines: readonly RunLog[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}

/** Lines in the order of (epoch, sequence), after the cursor. @throws BadInputError for a foreign cursor. */
export async function readLogs(
  database: PrismaClient,
  runId: string,
  page: { readonly first: number; readonly after: string | null },
): Promise<LogPage> {
  const after = page.after === null ? null : decodeKey(page.after, 2);
  const [epoch, sequence] = [Number(after?.[0] ?? -1), Number(after?.[1] ?? -1)];
  if (!Number.isInteger(epoch) || !Number.isInteger(sequence)) {
    throw new BadInputError('after', page.after, 'a cursor of this list');
  }
  const rows = await database.runLog.findMany({
    where: { runId, OR: [{ epoch: { gt: epoch } }, { epoch, sequence: { gt: sequence } }] },
    orderBy: [{ epoch: 'asc' }, { sequence: 'asc' }],
    take: page.first + 1,
  });
  const lines = rows.slice(0, page.first);
  return { lines, endCursor: cursorOf(lines.at(-1)) ?? page.after, hasNextPage: rows.length > page.first };
}

/** The newest `count` lines, oldest of them first; lines written later come after its cursor. */
export async function readNewestLogs(database: PrismaClient, runId: string, count: number): Promise<LogPage> {
  const rows = await database.runLog.findMany({
    where: { runId },
    orderBy: [{ epoch: 'desc' }, { sequence: 'desc' }],
    take: count,
  });
  return { lines: rows.toReversed(), endCursor: cursorOf(rows[0]), hasNextPage: false };
}

const cursorOf = (line: RunLog | undefined): string | null =>
  line ? encodeKey([line.epoch, line.sequence]) : null;
