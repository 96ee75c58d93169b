/** When a budget is used up, and what is said then. */
export interface UsedBudget {
  /** Null: no limit. */
  readonly hours: number | null;
  readonly acceleratorHours: number | null;
  readonly usedHours: number;
  readonly usedAcceleratorHours: number;
}

/** Why no run starts any more, in words; null while the budget lasts. */
export function spentBudget(budget: UsedBudget): string | null {
  const { hours, acceleratorHours, usedHours, usedAcceleratorHours } = budget;
  if (hours !== null && usedHours >= hours) return `budget of ${count(hours, 'hour')} used`;
  if (acceleratorHours !== null && usedAcceleratorHours >= acceleratorHours)
    return `budget of ${count(acceleratorHours, 'accelerator-hour')} used`;
  return null;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
