/** Descent in a population, as fields of a run and of its sweep. */
import type { SweepDefinition } from '@plumage/contract';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { requirePermission } from '../access/allow.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { Sweep } from '../sweeps/sweep.type.ts';
import { childrenOfRun, lineageOfRun, populationOfSweep } from './lineage.loader.ts';
import { kindOf, lineageOf } from './lineage.rule.ts';
import { MOST_ANCESTORS } from './lineage.sql.ts';
import { LineageStep, Population } from './lineage.type.ts';
import { runById } from './run.loader.ts';
import { Run } from './run.type.ts';

/** An agent key reaches a run through its own lease; along its descent it could read others. */
const requireViewer = ({ actor }: RequestContext, field: string): void =>
  requirePermission(actor, ['VIEWER'], field);

@Resolver(() => Run)
export class RunLineageFields {
  @FieldResolver(() => Run, {
    nullable: true,
    description: 'In a population: the run from whose checkpoint it starts; null: it starts afresh.',
  })
  parent(@Root() run: Run, @Ctx() context: RequestContext): Promise<Run | null> | null {
    requireViewer(context, 'Run.parent');
    return run.parentRunId === null ? null : context.loaders.load(runById, run.parentRunId);
  }

  @FieldResolver(() => [Run], {
    description: 'In a population: the runs that start from its checkpoints, by number.',
  })
  children(@Root() run: Run, @Ctx() context: RequestContext): Promise<Run[]> {
    requireViewer(context, 'Run.children');
    return context.loaders.load(childrenOfRun, run.id);
  }

  @FieldResolver(() => [LineageStep], {
    description:
      'In a population: how its weights came to be, generation by generation, itself last; at most the newest 1,000. Empty elsewhere.',
  })
  async lineage(@Root() run: Run, @Ctx() context: RequestContext): Promise<LineageStep[]> {
    requireViewer(context, 'Run.lineage');
    // The oldest of a chain that is longer is there only to tell what the next has changed.
    return lineageOf(await context.loaders.load(lineageOfRun, run.id)).slice(-MOST_ANCESTORS);
  }
}

@Resolver(() => LineageStep)
export class LineageStepFields {
  @FieldResolver(() => Run, { description: 'The run that trained it.' })
  run(@Root() step: LineageStep): Run {
    return step.row;
  }
}

@Resolver(() => Sweep)
export class SweepPopulationFields {
  @FieldResolver(() => Population, {
    nullable: true,
    description: 'Its members by their generations; null unless its method is pbt.',
  })
  async population(@Root() sweep: Sweep, @Ctx() context: RequestContext): Promise<Population | null> {
    const { pbt } = sweep.definition as unknown as SweepDefinition;
    if (!pbt) return null;
    const rows = await context.loaders.load(populationOfSweep, sweep.id);
    return {
      size: pbt.population,
      generations: pbt.generations,
      interval: pbt.interval,
      runIds: rows.map(({ id }) => id),
      numbers: rows.map(({ number }) => number),
      states: rows.map(({ state }) => state),
      memberOf: rows.map(({ member }) => member),
      generationOf: rows.map(({ generation }) => generation),
      scores: rows.map(({ objective }) => objective),
      kinds: rows.map(({ member, parentMember }) => kindOf(member, parentMember)),
      parentIds: rows.map(({ parentId }) => parentId),
      parentMembers: rows.map(({ parentMember }) => parentMember),
      parentGenerations: rows.map(({ parentGeneration }) => parentGeneration),
      fromSteps: rows.map(({ parentStep }) => parentStep ?? 0),
      toSteps: rows.map(({ step }) => step),
    };
  }
}
