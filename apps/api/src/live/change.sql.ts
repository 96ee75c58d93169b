/**
 * The outbox's statements.
 *
 * A row is delivered only when its transaction id is below pg_snapshot_xmin(pg_current_snapshot()): every
 * transaction below that has ended, so no row can appear later in front of one that was already delivered. Ordering
 * by the sequence alone would skip a slow transaction, which takes its number early and commits late.
 */
import type pg from 'pg';
import type { Transaction } from '../database.ts';
import type { ChangeKind } from '../generated/prisma/enums.ts';
import type { LiveChange, NewChange } from './change.type.ts';
import type { Position } from './cursor.ts';

export const CHANNEL = 'plumage_change';

/** NOTIFY is sent at commit and folds equal payloads, so a transaction of many changes wakes the readers once. */
const INSERT = `
  with inserted as (
    insert into "Change" (kind, "sweepId", "runId", "agentId", detail)
    values ($1::"ChangeKind", $2::uuid, $3::uuid, $4::uuid, $5::jsonb)
  )
  select pg_notify('${CHANNEL}', '')`;

function insertValues(change: NewChange): unknown[] {
  const detail = change.detail ? JSON.stringify(change.detail) : null;
  return [change.kind, change.sweepId ?? null, change.runId ?? null, change.agentId ?? null, detail];
}

/** Publishes inside the transaction of the change itself: both happen or neither does. */
export async function publish(tx: Transaction, change: NewChange): Promise<void> {
  await tx.$executeRawUnsafe(INSERT, ...insertValues(change));
}

/** The same on a pg client in a transaction, for hot statements. */
export async function publishOn(client: pg.ClientBase | pg.Pool, change: NewChange): Promise<void> {
  await client.query(INSERT, insertValues(change));
}

export interface ChangeRow extends Omit<LiveChange, 'cursor'>, Position {}

export interface ChangePage {
  readonly rows: readonly ChangeRow[];
  /** True when rows wait for an older transaction to end: read again soon, no NOTIFY may come. */
  readonly waiting: boolean;
  readonly nowMs: number;
}

interface RawRow {
  xid: string | null;
  id: string;
  at_ms: number;
  kind: ChangeKind;
  sweepId: string | null;
  runId: string | null;
  agentId: string | null;
  detail: Record<string, unknown> | null;
  waiting: boolean;
  now_ms: number;
}

/** One statement, hence one snapshot, for the horizon and the rows below it; the left join gives the horizon alone. */
const READ = `
  with edge as materialized (
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon
  )
  select (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms,
    exists (select 1 from "Change" w where w.xid >= edge.horizon) as waiting,
    c.xid::text, c.id::text, floor(extract(epoch from c.at) * 1000)::float8 as at_ms,
    c.kind, c."sweepId", c."runId", c."agentId", c.detail
  from edge left join lateral (
    select * from "Change" where (xid, id) > ($1::bigint, $2::bigint) and xid < edge.horizon
    order by xid, id limit $3
  ) c on true
  order by c.xid, c.id`;

/** The rows after `after`, at most `limit`, in order. */
export async function readChanges(
  pool: pg.Pool,
  after: Pick<Position, 'xid' | 'id'>,
  limit: number,
): Promise<ChangePage> {
  const { rows } = await pool.query<RawRow>(READ, [String(after.xid), String(after.id), limit]);
  const first = rows[0];
  if (!first) throw new Error('The horizon query returned no row.');
  return {
    waiting: first.waiting,
    nowMs: first.now_ms,
    rows: rows.filter((row) => row.xid !== null).map(toChange),
  };
}

/** The newest row that every reader has or can have; (0, 0) when there is none. */
export async function readNewest(pool: pg.Pool): Promise<Position> {
  const { rows } = await pool.query<{ xid: string; id: string; at_ms: number }>(`
    select xid::text, id::text, floor(extract(epoch from at) * 1000)::float8 as at_ms
    from "Change" where xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    order by "Change".xid desc, "Change".id desc limit 1`);
  const [newest] = rows;
  if (newest === undefined) return { xid: 0n, id: 0n, atMs: 0 };
  return { xid: BigInt(newest.xid), id: BigInt(newest.id), atMs: newest.at_ms };
}

function toChange(row: RawRow): ChangeRow {
  const { kind, sweepId, runId, agentId, detail } = row;
  return {
    xid: BigInt(row.xid ?? 0),
    id: BigInt(row.id),
    atMs: row.at_ms,
    kind,
    sweepId,
    runId,
    agentId,
    detail,
  };
}

/** Forgets rows older than an hour. Returns how many. */
export async function purgeChanges(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query(`delete from "Change" where at < now() - interval '1 hour'`);
  return rowCount ?? 0;
}
