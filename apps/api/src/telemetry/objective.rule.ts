/**
 * A run's objective: one number of its curve, by which a sweep ranks its runs. Folding is incremental, so that a
 * batch costs its own points and not the whole curve: folding batch after batch gives what folding all at once does.
 */
export interface Objective {
  readonly value: number;
  readonly step: number;
}

export interface ObjectiveRule {
  readonly goal: 'minimize' | 'maximize';
  /** The newest value, the best, or that at (or first after) a step. */
  readonly at: 'last' | 'best' | number;
}

/** Values that are not finite are never an objective. */
export function foldObjective(
  so: Objective | null,
  points: { readonly steps: readonly number[]; readonly values: readonly number[] },
  rule: ObjectiveRule,
): Objective | null {
  let chosen = so;
  points.steps.forEach((step, i) => {
    const value = points.values[i];
    if (value === undefined || !Number.isFinite(value)) return;
    if (chosen === null ? isCandidate(step, rule) : replaces({ value, step }, chosen, rule))
      chosen = { value, step };
  });
  return chosen;
}

/** Whether the objective has reached the sweep's target. */
export function reaches(target: number, value: number, goal: ObjectiveRule['goal']): boolean {
  return goal === 'minimize' ? value <= target : value >= target;
}

const isCandidate = (step: number, rule: ObjectiveRule): boolean =>
  typeof rule.at !== 'number' || step >= rule.at;

function replaces(next: Objective, chosen: Objective, rule: ObjectiveRule): boolean {
  if (rule.at === 'last') return next.step >= chosen.step;
  if (rule.at === 'best')
    return rule.goal === 'minimize' ? next.value < chosen.value : next.value > chosen.value;
  return next.step >= rule.at && next.step < chosen.step;
}
