/** Publishes many changes in one statement: a claim, a reaped batch or a cancelled sweep touches several pages. */
import type { Transaction } from '../database.ts';
import { CHANNEL } from './change.sql.ts';
import type { NewChange } from './change.type.ts';

/** Inside the transaction of the changes themselves: all happen or none does. */
export async function announce(tx: Transaction, changes: readonly NewChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.$executeRaw`
    with inserted as (
      insert into "Change" (kind, "sweepId", "runId", "agentId", detail)
      select c.kind::"ChangeKind", c."sweepId", c."runId", c."agentId", c.detail::jsonb
      from unnest(
        ${changes.map((change) => change.kind)}::text[],
        ${changes.map((change) => change.sweepId ?? null)}::uuid[],
        ${changes.map((change) => change.runId ?? null)}::uuid[],
        ${changes.map((change) => change.agentId ?? null)}::uuid[],
        ${changes.map((change) => (change.detail ? JSON.stringify(change.detail) : null))}::text[]
      ) c(kind, "sweepId", "runId", "agentId", detail)
    )
    select pg_notify(${CHANNEL}, '')`;
}
