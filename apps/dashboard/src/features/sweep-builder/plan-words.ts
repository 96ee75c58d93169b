/** The plan of a sweep in figures and one line, as it is shown before the start. */
import { formatStep, formatValue } from '@plumage/charts';

export interface PlanFacts {
  readonly runs: number | null;
  readonly runsAreExact: boolean;
  readonly limitedBy: string | null;
  readonly expectedSteps: number | null;
  readonly stepsWithoutStopping: number | null;
  readonly wallHours: number | null;
  readonly acceleratorHours: number | null;
  readonly acceleratorHoursWithoutStopping: number | null;
  readonly slots: number;
  readonly parallel: number;
}

/** 0.02 h is a minute, 30 h a day and a bit: 40 s, 12 min, 3.2 h, 4 days. */
export const sayHours = (hours: number): string => {
  if (hours < 1 / 60) return `${Math.max(1, Math.round(hours * 3_600))} s`;
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  if (hours < 72) return `${formatValue(hours, hours < 10 ? 2 : 3)} h`;
  return `${formatStep(Math.round(hours / 24))} days`;
};

const sayRuns = ({ runs, runsAreExact, limitedBy }: PlanFacts): string => {
  if (runs === null) return limitedBy === 'budget' ? 'until the budget is used up' : 'without an end';
  return `${runsAreExact ? '' : 'about '}${formatStep(runs)}${limitedBy === null ? '' : `, by ${limitedBy.replace('_', ' ')}`}`;
};

const instead = (value: number | null, without: number | null, say: (value: number) => string): string => {
  if (value === null) return 'not known';
  return without !== null && without > value ? `${say(value)} instead of ${say(without)}` : say(value);
};

export const planFigures = (plan: PlanFacts): readonly (readonly [name: string, value: string])[] => [
  ['runs', sayRuns(plan)],
  ['at one time', `${plan.parallel} on ${plan.slots === 1 ? '1 slot' : `${plan.slots} slots`}`],
  [
    'training steps',
    instead(plan.expectedSteps, plan.stepsWithoutStopping, (steps) => formatStep(Math.round(steps))),
  ],
  ['time', plan.wallHours === null ? 'not known' : sayHours(plan.wallHours)],
  ['accelerator time', instead(plan.acceleratorHours, plan.acceleratorHoursWithoutStopping, sayHours)],
];

/** For the page's head: 20 runs, 3.2 h on 2 slots. */
export const planLine = (plan: PlanFacts): string => {
  const runs =
    plan.runs === null ? sayRuns(plan) : `${plan.runsAreExact ? '' : 'about '}${formatStep(plan.runs)} runs`;
  const slots = plan.slots === 1 ? '1 slot' : `${plan.slots} slots`;
  return plan.wallHours === null ? runs : `${runs}, ${sayHours(plan.wallHours)} on ${slots}`;
};
