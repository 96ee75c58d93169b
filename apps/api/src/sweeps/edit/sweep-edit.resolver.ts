/** Changing a sweep while it runs, and the fields that tell what was changed. */
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Allow } from '../../access/allow.ts';
import { requireUser } from '../../access/require-user.ts';
import type { RequestContext } from '../../schema/request-context.type.ts';
import { budgetOfSweep } from '../budget/budget.loader.ts';
import { Sweep, SweepInvalid } from '../sweep.type.ts';
import { enqueueRuns } from './enqueue.service.ts';
import { rerunFailed } from './rerun.service.ts';
import { EnqueueRunsInput, RerunFailedInput, UpdateSweepInput } from './sweep-edit.input.ts';
import { updateSweep } from './sweep-edit.service.ts';
import {
  EnqueueRunsResult,
  RunsEnqueued,
  RunsRerun,
  SweepBudgetUse,
  SweepEditedMeanwhile,
  SweepUpdated,
  SweepVersion,
  UpdateSweepResult,
} from './sweep-edit.type.ts';
import { versionsOfSweep } from './version.loader.ts';

@Resolver(() => Sweep)
export class SweepEditResolver {
  @Allow('EDITOR')
  @Mutation(() => UpdateSweepResult, {
    description:
      'Changes the definition of a sweep while it runs. What it compares runs by, its trainer and its seed stay. Runs that wait and no longer fit are cancelled; a sweep that has ended goes on if it has work again.',
  })
  async updateSweep(
    @Arg('input', () => UpdateSweepInput) input: UpdateSweepInput,
    @Ctx() context: RequestContext,
  ): Promise<typeof UpdateSweepResult> {
    const { name } = requireUser(context.actor);
    const outcome = await updateSweep(context.database, input, name);
    switch (outcome.kind) {
      case 'updated':
        return Object.assign(new SweepUpdated(), outcome);
      case 'invalid':
        return Object.assign(new SweepInvalid(), { problems: outcome.problems });
      case 'edited-meanwhile':
        return Object.assign(new SweepEditedMeanwhile(), { sweep: outcome.sweep });
    }
  }

  @Allow('EDITOR')
  @Mutation(() => EnqueueRunsResult, {
    description: 'Queues configurations of a person ahead of what the search suggests.',
  })
  async enqueueRuns(
    @Arg('input', () => EnqueueRunsInput) input: EnqueueRunsInput,
    @Ctx() context: RequestContext,
  ): Promise<typeof EnqueueRunsResult> {
    const { name } = requireUser(context.actor);
    const outcome = await enqueueRuns(context.database, input, name);
    switch (outcome.kind) {
      case 'enqueued':
        return Object.assign(new RunsEnqueued(), { runs: outcome.runs, sweep: outcome.sweep });
      case 'invalid':
        return Object.assign(new SweepInvalid(), { problems: outcome.problems });
    }
  }

  @Allow('EDITOR')
  @Mutation(() => RunsRerun, {
    description: 'Queues failed runs again, their failures forgotten; those with a checkpoint go on from it.',
  })
  async rerunFailed(
    @Arg('input', () => RerunFailedInput) input: RerunFailedInput,
    @Ctx() context: RequestContext,
  ): Promise<RunsRerun> {
    const { name } = requireUser(context.actor);
    return await rerunFailed(context.database, input, name);
  }

  @FieldResolver(() => [SweepVersion], { description: 'Every version of its definition, newest first.' })
  versions(@Root() sweep: Sweep, @Ctx() context: RequestContext): Promise<SweepVersion[]> {
    return context.loaders.load(versionsOfSweep, sweep.id);
  }

  @FieldResolver(() => SweepBudgetUse, { description: 'How much it may use, and has used.' })
  budget(@Root() sweep: Sweep, @Ctx() context: RequestContext): Promise<SweepBudgetUse> {
    return context.loaders.load(budgetOfSweep, sweep.id);
  }
}
