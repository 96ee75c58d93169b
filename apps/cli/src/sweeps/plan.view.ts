/** How a plan and a replayed rule look in a terminal. */
import type { PlanSweepQuery, ReplayStoppingQuery } from '@plumage/api-client/operations';
import type { Paint } from '../terminal/paint.ts';
import { type Cell, layoutFacts, layoutTable } from '../terminal/table.layout.ts';
import { figureText } from '../terminal/words.format.ts';

type Plan = Extract<PlanSweepQuery['planSweep'], { __typename: 'SweepPlan' }>;
type Replay = Extract<
  NonNullable<ReplayStoppingQuery['sweep']>['replayStopping'],
  { __typename: 'StoppingReplay' }
>;

const runsText = ({ runs, runsAreExact, limitedBy }: Plan): string => {
  const count = runs === null ? 'not known beforehand' : `${runsAreExact ? '' : 'at most '}${runs}`;
  return limitedBy === null ? count : `${count} (by ${limitedBy})`;
};

/** "900 of 2700", or "2700" where nothing is stopped early. */
const ofAll = (part: number | null, all: number | null): string | null => {
  if (part === null || all === null || part === all) return figureText(part ?? all);
  return `${figureText(part)} of ${figureText(all)}`;
};

const stepsText = ({ leastSteps, mostSteps }: Plan): string | null => {
  if (leastSteps === null || leastSteps === mostSteps) return mostSteps === null ? null : String(mostSteps);
  return `${leastSteps} to ${mostSteps ?? '?'}`;
};

const rungTable = ({ rungs }: Plan, paint: Paint): string => {
  const columns = ['bracket', 'rung', 'step', 'runs', 'go on'];
  return layoutTable(
    columns.map((title) => ({ title, align: 'right' })),
    rungs.map(({ bracket, rung, step, runs, goesOn }) => [
      String(bracket),
      String(rung),
      String(step),
      figureText(runs),
      `${figureText(goesOn * 100)} %`,
    ]),
    paint,
    undefined,
  );
};

export const planText = (plan: Plan, paint: Paint): string => {
  const { stepMs, stepMsFrom, slots, parallel, wallHours, acceleratorHours } = plan;
  const facts: [string, Cell][] = [
    ['runs', runsText(plan)],
    ['steps a run', stepsText(plan)],
    ['steps in all', ofAll(plan.expectedSteps, plan.stepsWithoutStopping)],
    ['a step', stepMs === null ? stepMsFrom : `${figureText(stepMs)} ms (${stepMsFrom})`],
    ['slots', `${slots}, ${parallel} ${parallel === 1 ? 'run' : 'runs'} at one time`],
    ['hours', figureText(wallHours)],
    ['slot hours', ofAll(acceleratorHours, plan.acceleratorHoursWithoutStopping)],
  ];
  const parts = [layoutFacts(facts, paint)];
  if (plan.rungs.length > 0) parts.push(rungTable(plan, paint));
  if (plan.notes.length > 0) parts.push(plan.notes.map((note) => `- ${note}`).join('\n'));
  return parts.join('\n\n');
};

/** The outcome, then each run that the rule would have ended, and why. */
export const replayText = (replay: Replay, paint: Paint, room: number | undefined): string => {
  const rows = replay.runNumbers.flatMap((number, i) => {
    if (replay.stopped[i] !== true) return [];
    const steps = `${replay.steps[i] ?? 0} of ${replay.stepsRecorded[i] ?? 0}`;
    return [[String(number), steps, replay.sentences[i] ?? null]];
  });
  if (rows.length === 0) return replay.sentence;
  const columns = [
    { title: 'run', align: 'right' },
    { title: 'steps', align: 'right' },
    { title: 'why', shrink: true },
  ] as const;
  return `${replay.sentence}\n\n${layoutTable(columns, rows, paint, room)}`;
};
