/**
 * What a sweep will cost before it starts, and what another stopping rule would have made of one that has run. The
 * reckoning is pure (libs/search); this fetches step times and recorded curves.
 */
import {
  type DefinitionProblem,
  parseSweepDefinition,
  printSweepDefinition,
  type StoppingDefinition,
  type SweepDefinition,
} from '@plumage/contract';
import {
  planSweep,
  type RecordedRun,
  replayStoppingSteps,
  type StoppingReplay,
  type SweepPlan,
} from '@plumage/search';
import { parse } from 'yaml';
import { BadInputError } from '../errors/api.error.ts';
import { inTurns } from '../in-turns.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { wholeCurves } from '../stopping/curve.sql.ts';
import { attemptTimes, countOpenSlots, stepTimes } from './simulate.sql.ts';

export interface Plan extends SweepPlan {
  /** Slots that the plan reckons with. */
  readonly slots: number;
  readonly stepMs: number | null;
  /** Where the step time comes from, as a sentence. */
  readonly stepMsFrom: string;
}

/** Hyperparameters that change how many steps there are, or which, but not how long one takes. */
const TIMELESS = new Set(['steps', 'seed']);

const constantsOf = ({ parameters, dataset }: SweepDefinition): Record<string, unknown> => ({
  ...(dataset === null ? {} : { dataset }),
  ...Object.fromEntries(
    parameters.flatMap(({ path, distribution, when }) =>
      distribution.kind === 'constant' && when.length === 0 && !TIMELESS.has(path)
        ? [[path, distribution.value]]
        : [],
    ),
  ),
});

/** Steps between two evaluations, where the definition fixes them. */
const evalEveryOf = ({ parameters }: SweepDefinition): number | undefined => {
  const distribution = parameters.find(({ path }) => path === 'eval_every')?.distribution;
  const every = distribution?.kind === 'constant' ? Number(distribution.value) : 0;
  return Number.isSafeInteger(every) && every > 0 ? every : undefined;
};

/**
 * @param slots null: as many as agents offer now, at least one.
 * @throws BadInputError for a number of slots that cannot be.
 */
export async function planDefinition(
  database: PrismaClient,
  definition: SweepDefinition,
  asked: { readonly slots: number | null; readonly onlineMs: number },
): Promise<Plan> {
  if (asked.slots !== null && (asked.slots < 1 || asked.slots > 100_000))
    throw new BadInputError('slots', asked.slots, '1 to 100,000');
  const slots = asked.slots ?? Math.max(1, await countOpenSlots(database, asked.onlineMs));
  const { trainer, command } = definition;
  const times = await stepTimes(database, { trainer, command, constants: constantsOf(definition) });
  const stepMs = times.alikeMs ?? times.anyMs;
  const evalEvery = evalEveryOf(definition);
  const plan = planSweep(definition, { stepMs, slots, ...(evalEvery === undefined ? {} : { evalEvery }) });
  return { ...plan, slots, stepMs, stepMsFrom: source(times) };
}

const source = ({ alike, any }: { readonly alike: number; readonly any: number }): string => {
  if (alike > 0) return `The median of ${alike} runs with the same constants.`;
  if (any > 0) return `The median of ${any} runs of the same trainer; none has the same constants.`;
  return 'No run of this trainer has ended yet.';
};

export type StoppingRuleResult =
  | { readonly ok: true; readonly rule: StoppingDefinition }
  | { readonly ok: false; readonly problems: readonly DefinitionProblem[] };

/** Reads a rule as it stands under `early_terminate`; problems name it by that path. */
export function parseRule(definition: SweepDefinition, rule: unknown): StoppingRuleResult {
  const source: unknown = parse(printSweepDefinition(definition));
  const parsed = parseSweepDefinition(
    { ...(source as object), early_terminate: rule },
    { accept: 'grammar' },
  );
  const problems = parsed.ok ? [] : parsed.problems;
  if (parsed.ok && parsed.definition.earlyTerminate !== null) {
    return { ok: true, rule: parsed.definition.earlyTerminate };
  }
  const missing = {
    ...{ path: 'early_terminate', message: 'is missing', expected: 'a rule: {type: asha, ...}' },
    ...{ value: rule ?? null, line: null },
  };
  return { ok: false, problems: problems.length > 0 ? problems : [missing] };
}

/**
 * Reckoned between other requests. A thousand runs of a hundred points took 5 s under ASHA and 67 s under wilcoxon, on
 * 2 cores that others kept busy.
 */
const MOST_MS = 120_000;

export interface Replay extends StoppingReplay {
  readonly runIds: ReadonlyMap<number, string>;
}

/** @throws BadInputError for a sweep without a metric, or with more points than can be replayed in time. */
export async function replayRule(
  database: PrismaClient,
  sweep: { readonly id: string; readonly definition: SweepDefinition },
  rule: StoppingDefinition,
): Promise<Replay> {
  const { metric } = sweep.definition;
  if (metric === null) throw new BadInputError('sweep.metric', null, 'a sweep with a metric');
  const curves = await wholeCurves(database, { sweepId: sweep.id, key: metric.name });
  const work = new Map((await attemptTimes(database, sweep.id)).map((row) => [row.runId, row]));
  const runs = curves.map(({ id, number, state, objective, steps, values, times }): RecordedRun => {
    const own = work.get(id);
    const attempts = (own?.from ?? []).map((from, i) => ({ from, to: own?.to[i] ?? from }));
    const lastStep = Math.max(own?.step ?? 0, steps.at(-1) ?? 0);
    return { number, state, objective, lastStep, steps, values, times, attempts };
  });
  const replay = await inTurns(replayStoppingSteps({ rule, goal: metric.goal, runs }), MOST_MS);
  if (replay === null) {
    const points = runs.reduce((sum, { steps }) => sum + steps.length, 0);
    throw new BadInputError('rule', rule.type, `a sweep with less than the ${points} points of this one`);
  }
  return { ...replay, runIds: new Map(curves.map(({ number, id }) => [number, id])) };
}
