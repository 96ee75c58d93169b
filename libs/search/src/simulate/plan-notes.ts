/** What a reader of a plan should know of its figures, as sentences. */
import type { StoppingDefinition, SweepDefinition } from '@plumage/contract';
import { shown } from '../stopping/explain.ts';
import type { PlanInput, SweepPlan } from './plan-sweep.ts';
import type { RunCount } from './run-count.ts';

interface Planned extends Omit<SweepPlan, 'notes'> {
  /** Without the budget. */
  readonly counted: RunCount;
  /** Steps of the longest run by the definition alone. */
  readonly longest: number | null;
  /** The step at which the rule ends every run. */
  readonly ends: number | null;
}

const notesOnRule = (rule: StoppingDefinition, { rungs, ends, longest }: Planned): string[] => {
  const notes: string[] = [];
  if (rungs.length > 0) {
    notes.push(
      `Expected by the shares that the ${rule.type} rule lets go on; asynchronously more of the first runs do.`,
    );
  } else {
    notes.push(
      `The ${rule.type} rule decides by the runs' curves, so steps and hours are the most that the sweep can take.`,
    );
  }
  if (rule.type === 'patient' && rungs.length > 0) {
    notes.push('Patience lets more runs go on than that.');
  }
  if (ends !== null && longest !== null && ends < longest) {
    notes.push(`The ${rule.type} rule ends every run at step ${ends}, before its ${longest} steps.`);
  }
  return notes;
};

const notesOnRuns = ({ runs, counted }: Planned, { budget, metrics }: SweepDefinition): string[] => {
  const notes: string[] = [];
  const limits = [
    budget.hours === null ? [] : [`${shown(budget.hours)} hours`],
    budget.acceleratorHours === null ? [] : [`${shown(budget.acceleratorHours)} accelerator-hours`],
  ].flat();
  if (runs.limitedBy === 'budget') {
    const of = counted.count === null ? '' : ` of ${counted.count}`;
    notes.push(`The budget of ${limits.join(' and ')} ends the sweep after about ${runs.count}${of} runs.`);
  } else if (limits.length > 0 && runs.count === null) {
    notes.push(`The sweep runs until its budget of ${limits.join(' and ')} is used up.`);
  }
  if (runs.limitedBy === 'space') notes.push('The space has no more assignments than that.');
  if (!counted.exact && runs.limitedBy === 'space') {
    notes.push('What is excluded was too much to count, so there may be fewer runs.');
  }
  const targets = metrics.filter(({ target }) => target !== null);
  if (targets.length > 0) {
    const reached = targets.map(({ name, target }) => `${name} reaches ${shown(target ?? 0)}`);
    notes.push(`No new run starts once ${reached.join(' and ')}.`);
  }
  return notes;
};

export const notesOn = (definition: SweepDefinition, input: PlanInput, planned: Planned): string[] => {
  const notes = notesOnRuns(planned, definition);
  if (planned.stepsPerRun === null) {
    notes.push('How many steps a run trains is not in the definition; a constant parameter steps says it.');
  } else if (input.stepMs === null) {
    notes.push('No step times are recorded yet, so hours are not known.');
  }
  const { earlyTerminate } = definition;
  return earlyTerminate === null ? notes : [...notes, ...notesOnRule(earlyTerminate, planned)];
};
