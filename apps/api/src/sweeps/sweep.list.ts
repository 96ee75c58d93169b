/** Pages of sweeps, newest first. */
import { BadInputError } from '../errors/api.error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { isId } from '../id.ts';
import { decodeKey, encodeKey, pageSize, toConnection } from '../schema/page.ts';
import type { SweepConnection } from './sweep.type.ts';

export interface SweepListRequest {
  readonly first: number | null;
  readonly after: string | null;
  readonly projectId: string | null;
}

/** @throws BadInputError for a cursor or an id that is none. */
export async function sweepPage(database: PrismaClient, request: SweepListRequest): Promise<SweepConnection> {
  const { projectId, after } = request;
  const first = pageSize(request.first ?? 50, 200);
  if (projectId && !isId(projectId)) throw new BadInputError('projectId', projectId, 'the id of a project');
  const [id] = after ? decodeKey(after, 1) : [null];
  if (after && (typeof id !== 'string' || !isId(id)))
    throw new BadInputError('after', after, 'a cursor of this list');
  const where = projectId ? { projectId } : {};
  const rows = await database.sweep.findMany({
    where: { AND: [where, typeof id === 'string' ? { id: { lt: id } } : {}] },
    orderBy: { id: 'desc' },
    take: first + 1,
  });
  const page = rows.slice(0, first).map((row) => ({ row, cursor: encodeKey([row.id]) }));
  return toConnection({ rows: page, hasNextPage: rows.length > first }, where);
}
