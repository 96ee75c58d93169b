/** The grammar of `budget`: what a sweep may cost besides its number of runs. */
import { z } from 'zod';
import type { SweepBudget } from './sweep-definition.type.ts';

const hours = z.number().gt(0).max(1_000_000).optional();

export const budgetSchema = z
  .strictObject({
    hours: hours.describe('Hours by the clock since the first run started.'),
    accelerator_hours: hours.describe('Hours of slots at work, summed over all runs and attempts.'),
  })
  .refine((budget) => Object.keys(budget).length > 0, 'hours, accelerator_hours or both')
  .meta({ minProperties: 1 })
  .describe('Once it is used up, no new run starts.');
type RawBudget = z.output<typeof budgetSchema>;

export const compileBudget = (raw: RawBudget | null): SweepBudget => ({
  hours: raw?.hours ?? null,
  acceleratorHours: raw?.accelerator_hours ?? null,
});

/** The way back; null when nothing is limited. */
export const rawBudget = ({ hours, acceleratorHours }: SweepBudget): RawBudget | null =>
  hours === null && acceleratorHours === null
    ? null
    : {
        ...(hours === null ? {} : { hours }),
        ...(acceleratorHours === null ? {} : { accelerator_hours: acceleratorHours }),
      };
