import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { BadInputError } from '../errors/api.error.ts';
import { isId } from '../id.ts';
import type { LiveChange } from '../live/change.type.ts';
import { pageSize, toConnection } from '../schema/page.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { RunOrder, SortDirection } from './run.enum.ts';
import { RunActionInput, RunFilterInput } from './run.input.ts';
import { commandRun, findRun, listRuns, whereRun } from './run.service.ts';
import { Run, RunChanged, RunConnection, RunPayload } from './run.type.ts';

export const MAX_RUNS_A_PAGE = 500;

@ArgsType()
export class RunListArgs {
  @Field(() => RunFilterInput, { nullable: true, description: 'Which runs.' })
  filter?: RunFilterInput | null;

  @Field(() => RunOrder, { nullable: true, defaultValue: 'CREATED_AT', description: 'Sorted by this.' })
  orderBy?: RunOrder | null;

  @Field(() => SortDirection, {
    nullable: true,
    defaultValue: 'DESC',
    description: 'Smallest or largest first.',
  })
  direction?: SortDirection | null;

  @Field(() => Int, { nullable: true, defaultValue: 50, description: 'How many, 1 to 500.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'After this cursor.' })
  after?: string | null;
}

@Resolver(() => Run)
export class RunResolver {
  @Allow('VIEWER')
  @Query(() => Run, { nullable: true, description: 'One run.' })
  run(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Run | null> | null {
    return isId(id) ? context.database.run.findUnique({ where: { id } }) : null;
  }

  @Allow('VIEWER')
  @Query(() => RunConnection, {
    description: 'Runs, newest first unless asked otherwise. Those without an objective come last.',
  })
  async runs(
    @Args(() => RunListArgs) args: RunListArgs,
    @Ctx() context: RequestContext,
  ): Promise<RunConnection> {
    return await runPage(context, args, args.filter ?? {});
  }

  @Allow('EDITOR')
  @Mutation(() => RunPayload, {
    description: 'Ends a run: at once if it waits, with the next heartbeat if it trains.',
  })
  async cancelRun(
    @Arg('input', () => RunActionInput) input: RunActionInput,
    @Ctx() context: RequestContext,
  ): Promise<RunPayload> {
    return { run: await commandRun(context.database, 'cancel', actionOf(input)) };
  }

  @Allow('EDITOR')
  @Mutation(() => RunPayload, { description: 'Keeps a run, with its checkpoint, until it is resumed.' })
  async pauseRun(
    @Arg('input', () => RunActionInput) input: RunActionInput,
    @Ctx() context: RequestContext,
  ): Promise<RunPayload> {
    return { run: await commandRun(context.database, 'pause', actionOf(input)) };
  }

  @Allow('EDITOR')
  @Mutation(() => RunPayload, {
    description: 'Queues a paused run again; it goes on from its last checkpoint.',
  })
  async resumeRun(
    @Arg('input', () => RunActionInput) input: RunActionInput,
    @Ctx() context: RequestContext,
  ): Promise<RunPayload> {
    return { run: await commandRun(context.database, 'resume', actionOf(input)) };
  }

  @Allow('VIEWER')
  @Subscription(() => RunChanged, {
    description: 'Each change of a run: its state, step, objective, checkpoints.',
    subscribe: ({ context, args }: { context: RequestContext; args: RunChangedArgs }) =>
      runChanges(context, args),
  })
  async runChanged(
    @Arg('sweepId', () => ID, { nullable: true, description: 'Only runs of this sweep.' }) _sweepId:
      | string
      | null,
    @Arg('runId', () => ID, { nullable: true, description: 'Only this run.' }) _runId: string | null,
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' }) _after:
      | string
      | null,
    @Root() change: LiveChange,
    @Ctx() context: RequestContext,
  ): Promise<RunChanged> {
    return { cursor: change.cursor, run: await findRun(context.database, change.runId ?? '') };
  }
}

interface RunChangedArgs {
  readonly sweepId?: string | null;
  readonly runId?: string | null;
  readonly after?: string | null;
}

function runChanges(context: RequestContext, args: RunChangedArgs) {
  for (const key of ['sweepId', 'runId'] as const) {
    const id = args[key];
    if (id && !isId(id)) throw new BadInputError(key, id, 'an id of this server');
  }
  return context.live.subscribe({
    kinds: ['RUN'],
    after: args.after,
    filter: (change) =>
      change.runId !== null &&
      (!args.runId || change.runId === args.runId) &&
      (!args.sweepId || change.sweepId === args.sweepId),
  });
}

/** One page of runs as a connection; for Query.runs and Sweep.runs. */
export async function runPage(
  context: RequestContext,
  args: RunListArgs,
  filter: RunFilterInput,
): Promise<RunConnection> {
  const page = await listRuns(context.database, {
    filter,
    orderBy: args.orderBy ?? 'CREATED_AT',
    direction: args.direction ?? 'DESC',
    first: pageSize(args.first ?? 50, MAX_RUNS_A_PAGE),
    after: args.after ?? null,
  });
  return toConnection(page, whereRun(filter));
}

const actionOf = (input: RunActionInput) => ({ runId: input.runId, reason: input.reason ?? null });
