/** The metrics by which sweeps compare their runs, and each run's value of them. */
import type { Prisma } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

/** Names, in the definition's order; undefined when there is no such run. */
export async function metricNamesOf(db: Db, runId: string): Promise<readonly string[] | undefined> {
  const rows = await db.$queryRaw<{ names: string[] }[]>`
    select array(
      select metric.value ->> 'name'
      from jsonb_array_elements(s.definition -> 'metrics') with ordinality metric(value, place) order by place
    ) as names
    from "Run" r join "Sweep" s on s.id = r."sweepId" where r.id = ${runId}::uuid`;
  return rows[0]?.names;
}

/** Sets what the run has of one of several metrics; what is unknown is NaN. For the holder of the run's row. */
export async function setObjectives(db: Db, runId: string, values: readonly number[]): Promise<void> {
  await db.$executeRaw`
    update "Run" set objectives = ${`{${values.join(',')}}`}::text::float8[] where id = ${runId}::uuid`;
}
