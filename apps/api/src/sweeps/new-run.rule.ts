/** From an assignment to the row of a run that waits. */
import { createHash } from 'node:crypto';
import {
  type Assignment,
  isBuiltIn,
  referencesIn,
  runName,
  type SweepDefinition,
  trainerHyperparameters,
} from '@plumage/contract';
import type { Prisma, RunOrigin } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { configOf } from './sweep.service.ts';

/** In a population: from which run's checkpoint a run starts (null: afresh), and which interval of whom it trains. */
export interface Descent {
  readonly parentRunId: string | null;
  readonly parentStep: number | null;
  readonly member: number;
  readonly generation: number;
}

export interface PlannedRun {
  readonly sweepId: string;
  readonly number: number;
  readonly assignment: Assignment;
  /** By `storedKey`. */
  readonly key: string;
  readonly origin: RunOrigin;
  readonly sweepVersion: number;
  /** How many results the search knew when it suggested this. */
  readonly knownResults: number;
  /** Its last step; null: what its configuration says. */
  readonly until: number | null;
  readonly descent?: Descent | null;
}

/** Ahead of what the search suggests, which has 0. */
const PRIORITY_OF_ENQUEUED = 1;

/** An index entry has an end; longer keys are known by their hash. */
export const storedKey = (key: string): string =>
  key.length <= 512 ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`;

/** An assignment that the trainer refuses becomes a run that has failed and says why, and costs no agent a start. */
export function newRun(
  definition: SweepDefinition,
  planned: PlannedRun,
): Prisma.RunCreateManyInput & { readonly id: string } {
  const { trainer } = definition;
  const { assignment, key, until, descent, ...rest } = planned;
  const base = {
    ...rest,
    ...descent,
    id: newId(),
    name: runName(planned.number),
    assignment: { ...assignment },
    assignmentKey: key,
    priority: planned.origin === 'ENQUEUED' ? PRIORITY_OF_ENQUEUED : 0,
  };
  const written = configOf(definition, assignment);
  // A program is told by its environment: an argument that it does not know would end it.
  const isTold = until !== null && (isBuiltIn(trainer) || 'steps' in written);
  const given = isTold ? { ...written, steps: until } : written;
  if (!isBuiltIn(trainer)) return { ...base, config: given as Prisma.InputJsonObject, totalSteps: until };
  const parsed = trainerHyperparameters[trainer].schema.safeParse(given);
  if (parsed.success) {
    const config = parsed.data as unknown as Prisma.InputJsonObject;
    const totalSteps = until ?? Number(parsed.data['steps']);
    return { ...base, config, totalSteps, awaitsInputs: referencesIn(parsed.data).length > 0 };
  }
  return {
    ...base,
    config: given as Prisma.InputJsonObject,
    state: 'FAILED',
    failureClass: 'user_error',
    failureMessage: parsed.error.issues
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('; '),
    finishedAt: new Date(),
  };
}
