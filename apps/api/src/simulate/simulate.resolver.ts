import type { SweepDefinition } from '@plumage/contract';
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.ts';
import { onlineMs } from '../agents/agent.service.ts';
import { referenceProblems } from '../inputs/reference.problems.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { JsonScalar } from '../schema/scalars.ts';
import { parseSweep } from '../sweeps/sweep.service.ts';
import { Sweep, SweepInvalid } from '../sweeps/sweep.type.ts';
import { parseRule, type Plan, planDefinition, type Replay, replayRule } from './simulate.service.ts';
import { PlanSweepResult, ReplayStoppingResult, StoppingReplay, SweepPlan } from './simulate.type.ts';

/** Of the 100,000 that one operation may cost: it reads every point of the sweep's metric. */
const REPLAY = { complexity: 20_000 };

const invalid = (problems: readonly SweepInvalid['problems'][number][]): SweepInvalid =>
  Object.assign(new SweepInvalid(), { problems: [...problems] });

@Resolver()
export class PlanResolver {
  @Allow('VIEWER')
  @Query(() => PlanSweepResult, {
    description: 'What a definition would take: runs, rungs, steps, hours by recorded step times.',
  })
  async planSweep(
    @Arg('source', () => String, { description: 'The definition, YAML or JSON.' }) source: string,
    @Arg('slots', () => Int, {
      nullable: true,
      description: 'Slots that will work on it; null: as many as agents offer now.',
    })
    slots: number | null,
    @Ctx() context: RequestContext,
  ): Promise<typeof PlanSweepResult> {
    const parsed = parseSweep(source);
    if (!parsed.ok) return invalid(parsed.problems);
    const problems = await referenceProblems(context.database, parsed.definition);
    if (problems.length > 0) return invalid(problems);
    const asked = { slots: slots ?? null, onlineMs: onlineMs(context.env.PLUMAGE_LEASE_MS) };
    return planOf(await planDefinition(context.database, parsed.definition, asked));
  }
}

@Resolver(() => Sweep)
export class SweepReplayFields {
  @FieldResolver(() => ReplayStoppingResult, {
    ...REPLAY,
    description: 'What another stopping rule would have made of its recorded curves.',
  })
  async replayStopping(
    @Root() sweep: Sweep,
    @Arg('rule', () => JsonScalar, { description: 'As under early_terminate: {type: "asha", ...}.' })
    rule: unknown,
    @Ctx() context: RequestContext,
  ): Promise<typeof ReplayStoppingResult> {
    const definition = sweep.definition as unknown as SweepDefinition;
    const parsed = parseRule(definition, rule);
    if (!parsed.ok) return invalid(parsed.problems);
    return columnsOf(await replayRule(context.database, { id: sweep.id, definition }, parsed.rule));
  }
}

const planOf = ({ runs, stepsPerRun, rungs, notes, ...plan }: Plan): SweepPlan =>
  Object.assign(new SweepPlan(), {
    runs: runs.count,
    runsAreExact: runs.exact,
    limitedBy: runs.limitedBy,
    slots: plan.slots,
    parallel: plan.parallel,
    leastSteps: stepsPerRun?.least ?? null,
    mostSteps: stepsPerRun?.most ?? null,
    rungs: [...rungs],
    expectedSteps: plan.expectedSteps,
    stepsWithoutStopping: plan.mostSteps,
    wallHours: plan.wallHours,
    acceleratorHours: plan.acceleratorHours,
    acceleratorHoursWithoutStopping: plan.mostAcceleratorHours,
    stepMs: plan.stepMs,
    stepMsFrom: plan.stepMsFrom,
    notes: [...notes],
  });

const columnsOf = ({ runs, runIds, best, bestKept, ...replay }: Replay): StoppingReplay =>
  Object.assign(new StoppingReplay(), {
    rule: replay.rule,
    sentence: replay.sentence,
    runIds: runs.map(({ run }) => runIds.get(run) ?? ''),
    runNumbers: runs.map(({ run }) => run),
    stopped: runs.map(({ stopped }) => stopped),
    steps: runs.map(({ steps }) => steps),
    stepsRecorded: runs.map(({ stepsRecorded }) => stepsRecorded),
    sentences: runs.map(({ explanation }) => explanation?.sentence ?? null),
    stoppedCount: replay.stopped,
    stepsSaved: replay.stepsSaved,
    totalSteps: replay.stepsRecorded,
    savedMs: replay.msSaved,
    totalMs: replay.msRecorded,
    bestRun: best?.run ?? null,
    bestObjective: best?.objective ?? null,
    bestKeptRun: bestKept?.run ?? null,
    bestKeptObjective: bestKept?.objective ?? null,
    bestSurvives: replay.bestSurvives,
    endedBefore: replay.endedBefore,
  });
