/** A sweep with forty runs whose results are known functions of their parameters, as if they had been trained. */
import { createRng } from '@plumage/contract';
import type { Prisma, PrismaClient, RunState } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { createSweep } from '../sweeps/sweep.service.ts';

export const OBJECTIVE = 'eval/r_precision';
export const SPEED = 'images_per_second';

const source = {
  method: 'random',
  seed: 7,
  run_cap: 100,
  trainer: 'command',
  program: 'train.py',
  metric: { name: OBJECTIVE, goal: 'maximize' },
  parameters: {
    learning_rate: { distribution: 'log_uniform_values', min: 1e-5, max: 1e-1 },
    optimizer: { values: ['adam', 'sgd'] },
    beta1: { min: 0.1, max: 0.9, when: { optimizer: 'adam' } },
    layers: { min: 1, max: 4 },
    batch: { value: 8 },
  },
};

/** Of every ten runs one was pruned, one failed, and one goes on. */
const stateOf = (number: number): RunState =>
  number % 10 === 3 ? 'PRUNED' : number % 10 === 6 ? 'FAILED' : number % 10 === 9 ? 'RUNNING' : 'FINISHED';

export async function makeSweep(database: PrismaClient, more: object = {}): Promise<string> {
  const made = await createSweep(database, {
    projectId: null,
    source: JSON.stringify({ ...source, ...more }),
  });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.sweep.id;
}

export async function addRuns(database: PrismaClient, sweepId: string, count = 40): Promise<void> {
  const rng = createRng(3);
  const latest = new Map<number, number>();
  const runs = Array.from({ length: count }, (_, i): Prisma.RunCreateManyInput & { id: string } => {
    const number = i + 1;
    const isAdam = rng.next() < 0.5;
    const assignment = {
      learning_rate: 10 ** (-5 + 4 * rng.next()),
      optimizer: isAdam ? 'adam' : 'sgd',
      layers: 1 + rng.int(4),
      batch: 8,
      ...(isAdam ? { beta1: 0.1 + 0.8 * rng.next() } : {}),
    };
    latest.set(number, i === 0 ? Number.NaN : 400 / assignment.layers);
    const distance = Math.log10(assignment.learning_rate) + 3;
    return {
      ...{ id: newId(), sweepId, number, name: `run ${number}`, assignment, assignmentKey: `${number}` },
      config: { ...assignment, beta1: assignment.beta1 ?? 0.5, depth: 3 },
      state: stateOf(number),
      objective: stateOf(number) === 'FAILED' ? null : 1 - distance ** 2 / 4 + (isAdam ? 0.1 : 0),
      // Those of higher numbers ended first.
      finishedAt: stateOf(number) === 'RUNNING' ? null : new Date(1_000_000 - number * 1_000),
    };
  });
  await database.run.createMany({ data: runs });
  await database.runMetric.createMany({
    data: runs
      .filter(({ state }) => state !== 'FAILED')
      .map(({ id, number }) => ({
        ...{ runId: id, key: SPEED, epoch: 1, step: 10, last: latest.get(number) ?? 0 },
      })),
  });
}
