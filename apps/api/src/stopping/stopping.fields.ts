/** What the stopping rule has decided: as fields of a run and of its sweep. */
import type { SweepDefinition } from '@plumage/contract';
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { Run } from '../runs/run.type.ts';
import { decodeKey, encodeKey, pageSize } from '../schema/page.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { Sweep } from '../sweeps/sweep.type.ts';
import { countDecisions, decisionsOfRun } from './decision.sql.ts';
import { Rung, type StopDecision, StopDecisionConnection, type StopPeer } from './decision.type.ts';
import { rungsOf } from './rung.service.ts';

const MAX_DECISIONS = 1_000;

@Resolver(() => Run)
export class RunStoppingFields {
  @FieldResolver(() => StopDecisionConnection, {
    description:
      'Each time the stopping rule compared this run: to stop it or to let it go on, with the reason. By step.',
  })
  async stopDecisions(
    @Root() run: Run,
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: 'How many, 1 to 1,000.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'After this cursor.' }) after:
      | string
      | null
      | undefined,
    @Arg('stopsOnly', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Only decisions to stop.',
    })
    stopsOnly: boolean | null,
  ): Promise<StopDecisionConnection> {
    const size = pageSize(first ?? 50, MAX_DECISIONS);
    const afterStep = after == null ? null : Number(decodeKey(after, 1)[0]);
    const where = { runId: run.id, stopsOnly: stopsOnly ?? false };
    const rows = await decisionsOfRun(context.database, run.id, { ...where, first: size, afterStep });
    const edges = rows.slice(0, size).map((row) => {
      const { sentence, peers } = row.explanation as unknown as { sentence: string; peers: StopPeer[] };
      return { node: { ...row, sentence, peers } satisfies StopDecision, cursor: encodeKey([row.step]) };
    });
    const endCursor = edges.at(-1)?.cursor ?? null;
    return { edges, pageInfo: { endCursor, hasNextPage: rows.length > size }, where };
  }
}

@Resolver(() => StopDecisionConnection)
export class StopDecisionConnectionFields {
  @FieldResolver(() => Int, { description: 'How many there are on all pages; counted when asked for.' })
  totalCount(@Root() connection: StopDecisionConnection, @Ctx() context: RequestContext): Promise<number> {
    const { runId, stopsOnly } = connection.where;
    return countDecisions(context.database, runId, stopsOnly);
  }
}

@Resolver(() => Sweep)
export class SweepStoppingFields {
  @FieldResolver(() => [Rung], {
    description:
      'The rungs of its stopping rule with the runs on each, lowest first; empty for a rule without rungs, and without a rule.',
  })
  rungs(@Root() sweep: Sweep, @Ctx() context: RequestContext): Promise<Rung[]> {
    return rungsOf(context.database, sweep.id, sweep.definition as unknown as SweepDefinition);
  }
}
