/** Relations of a sweep, through per-request loaders; and the sweeps of a project. */
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import { onlineMs } from '../agents/agent.service.ts';
import { projectById } from '../projects/project.loader.ts';
import { Project } from '../projects/project.type.ts';
import { RunOrder, SortDirection } from '../runs/run.enum.ts';
import { RunListArgs, runPage } from '../runs/run.resolver.ts';
import { Run, RunConnection, RunCounts } from '../runs/run.type.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { sweepPage } from './sweep.list.ts';
import { bestRunOfSweep, metricKeysOfSweep, runCountsOfSweep } from './sweep.loader.ts';
import { Sweep, SweepConnection } from './sweep.type.ts';
import { waitingBecauseOfSweep } from './waiting.loader.ts';

@ArgsType()
class SweepRunListArgs extends RunListArgs {
  @Field(() => RunOrder, { nullable: true, defaultValue: 'NUMBER', description: 'Sorted by this.' })
  declare orderBy?: RunOrder | null;

  @Field(() => SortDirection, {
    nullable: true,
    defaultValue: 'ASC',
    description: 'Smallest or largest first.',
  })
  declare direction?: SortDirection | null;
}

@Resolver(() => Sweep)
export class SweepFields {
  @FieldResolver(() => Project, { description: 'Its project.' })
  project(@Root() sweep: Sweep, @Ctx() context: RequestContext): Promise<Project | null> {
    return context.loaders.load(projectById, sweep.projectId);
  }

  @FieldResolver(() => Float, { description: "With a run's number it decides the run's assignment." })
  seed(@Root() sweep: Sweep): number {
    return Number(sweep.seed);
  }

  @FieldResolver(() => String, {
    description:
      'What trains its runs: gan-cls, text-encoder, style-encoder, or command for a program of your own.',
  })
  trainer(@Root() sweep: Sweep): string {
    return (sweep.definition as { readonly trainer?: string }).trainer ?? 'gan-cls';
  }

  @FieldResolver(() => RunCounts, { description: 'Its runs by state.' })
  runCounts(@Root() sweep: Sweep, @Ctx() context: RequestContext): Promise<RunCounts> {
    return context.loaders.load(runCountsOfSweep, sweep.id);
  }

  @FieldResolver(() => Run, { nullable: true, description: 'The run with the best objective so far.' })
  bestRun(@Root() sweep: Sweep, @Ctx() context: RequestContext): Promise<Run | null> {
    return context.loaders.load(bestRunOfSweep, sweep.id);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Why it gets no agent although it has work: what its runs require, and what the nearest slot lacks. Null when an agent that is online may take its runs, or nothing is to be done.',
  })
  waitingBecause(@Root() sweep: Sweep, @Ctx() context: RequestContext): Promise<string | null> {
    const online = onlineMs(context.env.PLUMAGE_LEASE_MS);
    return context.loaders.load(waitingBecauseOfSweep(online), sweep.id);
  }

  @FieldResolver(() => [String], { description: 'Metrics that its runs have reported, by name.' })
  metricKeys(@Root() sweep: Sweep, @Ctx() context: RequestContext): Promise<string[]> {
    return context.loaders.load(metricKeysOfSweep, sweep.id);
  }

  @FieldResolver(() => RunConnection, { description: 'Its runs, by number unless asked otherwise.' })
  runs(
    @Root() sweep: Sweep,
    @Args(() => SweepRunListArgs) args: SweepRunListArgs,
    @Ctx() context: RequestContext,
  ): Promise<RunConnection> {
    return runPage(context, args, { ...args.filter, sweepId: sweep.id });
  }
}

@Resolver(() => SweepConnection)
export class SweepConnectionFields {
  @FieldResolver(() => Int, { description: 'How many there are on all pages; counted when asked for.' })
  totalCount(@Root() connection: SweepConnection, @Ctx() context: RequestContext): Promise<number> {
    return context.database.sweep.count({ where: connection.where });
  }
}

@Resolver(() => Project)
export class ProjectFields {
  @FieldResolver(() => SweepConnection, { description: 'Its sweeps, newest first.' })
  sweeps(
    @Root() project: Project,
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: 'How many, 1 to 200.' }) first:
      | number
      | null,
    @Arg('after', () => String, { nullable: true, description: 'After this cursor.' }) after: string | null,
  ): Promise<SweepConnection> {
    return sweepPage(context.database, { first, after, projectId: project.id });
  }
}
