/** Chains of parents, and the rows of populations. */
import type { Prisma, RunState } from '../generated/prisma/client.ts';

type Db = Prisma.TransactionClient;

export interface Ancestor {
  /** The run whose ancestor it is. */
  readonly of: string;
  readonly id: string;
}

/** How far back a chain is followed. */
export const MOST_ANCESTORS = 1_000;

/** Each member of a population among the runs with its ancestors, oldest first, itself last. */
export function ancestorsOf(db: Db, runIds: readonly string[]): Promise<Ancestor[]> {
  return db.$queryRaw<Ancestor[]>`
    with recursive chain as (
      select r.id as "of", r.id, r."parentRunId", 0 as back
      from "Run" r where r.id = any (${[...runIds]}::uuid[]) and r.member is not null
      union all
      select chain."of", parent.id, parent."parentRunId", chain.back + 1
      from chain join "Run" parent on parent.id = chain."parentRunId"
      where chain.back < ${MOST_ANCESTORS}::int
    )
    select "of", id from chain order by "of", back desc`;
}

export interface PopulationRow {
  readonly id: string;
  readonly sweepId: string;
  readonly number: number;
  readonly state: RunState;
  readonly member: number;
  readonly generation: number;
  readonly objective: number | null;
  readonly step: number;
  readonly parentStep: number | null;
  readonly parentId: string | null;
  readonly parentMember: number | null;
  readonly parentGeneration: number | null;
}

/** By generation, then by member. */
export function populationRows(db: Db, sweepIds: readonly string[]): Promise<PopulationRow[]> {
  return db.$queryRaw<PopulationRow[]>`
    select r.id, r."sweepId", r.number, r.state, r.member, r.generation, r.objective, r.step, r."parentStep",
      parent.id as "parentId", parent.member as "parentMember", parent.generation as "parentGeneration"
    from "Run" r left join "Run" parent on parent.id = r."parentRunId"
    where r."sweepId" = any (${[...sweepIds]}::uuid[]) and r.member is not null
    order by r.generation, r.member, r.number`;
}
