/** Failures by address, where every API process sees them: one statement to note one, one to ask. */
import type { Prisma } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface FailureWindow {
  /** Failures of the address within its window. */
  readonly count: number;
  /** Until the window ends. */
  readonly leftMs: number;
}

/** Notes a failure; a window that is over begins anew. Takes away windows that have been over for long. */
export async function noteFailure(db: Db, address: string, windowMs: number): Promise<FailureWindow> {
  const rows = await db.$queryRaw<FailureWindow[]>`
    with old as (
      delete from "AuthFailure" where address in (
        select address from "AuthFailure"
        where "windowStart" < now() - 2 * ${windowMs}::int * interval '1 millisecond' and address <> ${address}
        limit 100
        for update skip locked
      )
    )
    insert into "AuthFailure" as f (address, "windowStart", count) values (${address}, now(), 1)
    on conflict (address) do update set
      count = case when f."windowStart" < now() - ${windowMs}::int * interval '1 millisecond' then 1
        else f.count + 1 end,
      "windowStart" = case when f."windowStart" < now() - ${windowMs}::int * interval '1 millisecond' then now()
        else f."windowStart" end
    returning count, (extract(epoch from f."windowStart" - now()) * 1000 + ${windowMs}::int)::float8 as "leftMs"`;
  const window = rows[0];
  if (window === undefined) throw new Error('An insert that resolves its conflict returns its row.');
  return window;
}

/** The window of an address that has failed lately. */
export async function failuresOf(
  db: Db,
  address: string,
  windowMs: number,
): Promise<FailureWindow | undefined> {
  const rows = await db.$queryRaw<FailureWindow[]>`
    select count, (extract(epoch from "windowStart" - now()) * 1000 + ${windowMs}::int)::float8 as "leftMs"
    from "AuthFailure"
    where address = ${address} and "windowStart" >= now() - ${windowMs}::int * interval '1 millisecond'`;
  return rows[0];
}
