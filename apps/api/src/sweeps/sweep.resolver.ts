import { printSweepDefinition, sweepJsonSchema } from '@plumage/contract';
import { createSearch } from '@plumage/search';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { requireUser } from '../access/require-user.ts';
import { onlineMs } from '../agents/agent.service.ts';
import { BadInputError, NotFoundError } from '../errors/api.error.ts';
import { isId } from '../id.ts';
import type { LiveChange } from '../live/change.type.ts';
import { referenceProblems } from '../inputs/reference.problems.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { JsonScalar } from '../schema/scalars.ts';
import { CreateSweepInput, SweepActionInput } from './sweep.input.ts';
import { sweepPage } from './sweep.list.ts';
import { cancelSweep, createSweep, parseSweep, pauseSweep, resumeSweep, stopSweep } from './sweep.service.ts';
import { countEverything } from './sweep.sql.ts';
import {
  CreateSweepResult,
  Overview,
  Sweep,
  SweepChanged,
  SweepConnection,
  SweepCreated,
  SweepInvalid,
  SweepPayload,
  SweepValidation,
} from './sweep.type.ts';

@Resolver(() => Sweep)
export class SweepResolver {
  @Allow('VIEWER')
  @Query(() => Sweep, { nullable: true, description: 'One sweep.' })
  sweep(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Sweep | null> | null {
    return isId(id) ? context.database.sweep.findUnique({ where: { id } }) : null;
  }

  @Allow('VIEWER')
  @Query(() => SweepConnection, { description: 'Sweeps, newest first.' })
  sweeps(
    @Ctx() context: RequestContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: 'How many, 1 to 200.' }) first:
      | number
      | null,
    @Arg('after', () => String, { nullable: true, description: 'After this cursor.' }) after: string | null,
    @Arg('projectId', () => ID, { nullable: true, description: 'Of this project.' }) projectId: string | null,
  ): Promise<SweepConnection> {
    return sweepPage(context.database, { first, after, projectId });
  }

  @Allow('VIEWER')
  @Query(() => SweepValidation, {
    description: 'What a definition would give, and everything that is wrong with it.',
  })
  async validateSweep(
    @Arg('source', () => String) source: string,
    @Ctx() context: RequestContext,
  ): Promise<SweepValidation> {
    const parsed = parseSweep(source);
    const warnings = [...parsed.warnings];
    const problems = parsed.ok
      ? await referenceProblems(context.database, parsed.definition)
      : parsed.problems;
    if (!parsed.ok || problems.length > 0) {
      const nothing = { normalized: null, normalizedSource: null, gridSize: null };
      return { valid: false, problems: [...problems], warnings, ...nothing };
    }
    const { size } = createSearch(parsed.definition).space;
    return {
      valid: true,
      problems: [],
      warnings,
      normalized: parsed.definition,
      normalizedSource: printSweepDefinition(parsed.definition),
      gridSize: Number.isFinite(size) ? size : null,
    };
  }

  @Allow('VIEWER')
  @Query(() => JsonScalar, { description: 'JSON Schema of a definition, for editors.' })
  sweepJsonSchema(): unknown {
    return sweepJsonSchema();
  }

  @Allow('VIEWER')
  @Query(() => Overview, { description: 'The whole server in numbers.' })
  overview(@Ctx() context: RequestContext): Promise<Overview> {
    return countEverything(context.database, onlineMs(context.env.PLUMAGE_LEASE_MS));
  }

  @Allow('EDITOR')
  @Mutation(() => CreateSweepResult, { description: 'Makes a sweep of a definition; agents begin at once.' })
  async createSweep(
    @Arg('input', () => CreateSweepInput) input: CreateSweepInput,
    @Ctx() context: RequestContext,
  ): Promise<typeof CreateSweepResult> {
    const created = await createSweep(context.database, {
      projectId: input.projectId ?? null,
      source: input.source,
      byName: requireUser(context.actor).name,
    });
    if (!created.ok) return Object.assign(new SweepInvalid(), { problems: created.problems });
    return Object.assign(new SweepCreated(), { sweep: created.sweep, warnings: created.warnings });
  }

  @Allow('EDITOR')
  @Mutation(() => SweepPayload, {
    description: 'Hands out no more runs; those that train write a checkpoint and wait.',
  })
  async pauseSweep(
    @Arg('input', () => SweepActionInput) input: SweepActionInput,
    @Ctx() context: RequestContext,
  ): Promise<SweepPayload> {
    return { sweep: await pauseSweep(context.database, input.sweepId) };
  }

  @Allow('EDITOR')
  @Mutation(() => SweepPayload, { description: 'Hands out runs again.' })
  async resumeSweep(
    @Arg('input', () => SweepActionInput) input: SweepActionInput,
    @Ctx() context: RequestContext,
  ): Promise<SweepPayload> {
    return { sweep: await resumeSweep(context.database, input.sweepId) };
  }

  @Allow('EDITOR')
  @Mutation(() => SweepPayload, {
    description: 'Starts no more runs; those that have started end by themselves.',
  })
  async stopSweep(
    @Arg('input', () => SweepActionInput) input: SweepActionInput,
    @Ctx() context: RequestContext,
  ): Promise<SweepPayload> {
    return { sweep: await stopSweep(context.database, input.sweepId, requireUser(context.actor).name) };
  }

  @Allow('EDITOR')
  @Mutation(() => SweepPayload, { description: 'Ends the sweep and every run of it.' })
  async cancelSweep(
    @Arg('input', () => SweepActionInput) input: SweepActionInput,
    @Ctx() context: RequestContext,
  ): Promise<SweepPayload> {
    return { sweep: await cancelSweep(context.database, input.sweepId, requireUser(context.actor).name) };
  }

  @Allow('VIEWER')
  @Subscription(() => SweepChanged, {
    description: 'Each change of a sweep: its state, and runs that were queued. Runs have runChanged.',
    subscribe: ({
      context,
      args,
    }: {
      context: RequestContext;
      args: { sweepId?: string | null; after?: string | null };
    }) => {
      const { sweepId } = args;
      if (sweepId && !isId(sweepId)) throw new BadInputError('sweepId', sweepId, 'an id of this server');
      return context.live.subscribe({
        kinds: ['SWEEP'],
        after: args.after,
        filter: (change) => change.sweepId !== null && (!sweepId || change.sweepId === sweepId),
      });
    },
  })
  async sweepChanged(
    @Arg('sweepId', () => ID, { nullable: true, description: 'Only this sweep.' }) _sweepId: string | null,
    @Arg('after', () => String, { nullable: true, description: 'Go on after this cursor.' }) _after:
      | string
      | null,
    @Root() change: LiveChange,
    @Ctx() context: RequestContext,
  ): Promise<SweepChanged> {
    const sweep = await context.database.sweep.findUnique({ where: { id: change.sweepId ?? '' } });
    if (sweep === null) throw new NotFoundError('sweep', change.sweepId ?? '');
    return { cursor: change.cursor, sweep };
  }
}
