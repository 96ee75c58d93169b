/**
 * What a suggestion costs one API process when a sweep has many past runs: the whole transaction (lock, results taken
 * in, sampler, new run), against a real Postgres, each suggestion after another result. The first one reads the
 * history, the others what is new.
 */
import { parseArgs } from 'node:util';
import { createDatabase } from '../apps/api/src/database.ts';
import type { PrismaClient } from '../apps/api/src/generated/prisma/client.ts';
import { newId } from '../apps/api/src/id.ts';
import { suggestRuns } from '../apps/api/src/sweeps/suggestion.service.ts';
import { createSweep } from '../apps/api/src/sweeps/sweep.service.ts';
import { withPostgres } from './database/postgres.session.ts';

export const usage =
  'suggest [--method cmaes] [--past 10000] [--suggestions 50]: milliseconds for one suggestion, in its transaction, after so many past runs';

export async function run(args: string[], note: (line: string) => void) {
  const { values } = parseArgs({
    args,
    options: {
      method: { type: 'string', default: 'cmaes' },
      past: { type: 'string', default: '10000' },
      suggestions: { type: 'string', default: '50' },
    },
  });
  const { method } = values;
  const [past, suggestions] = [Number(values.past), Number(values.suggestions)];
  return await withPostgres(async (url) => {
    const { prisma: database, close } = createDatabase(url);
    try {
      const sweepId = await makeSweep(database, method);
      await makePastRuns(database, sweepId, past);
      note(`${suggestions} suggestions by ${method} after ${past} runs`);
      const times: number[] = [];
      for (let i = 0; i <= suggestions; i++) {
        const started = performance.now();
        await suggestRuns(database, sweepId);
        times.push(performance.now() - started);
        await endQueued(database, sweepId, (i % 10) / 10);
      }
      const [firstMs = 0, ...later] = times;
      later.sort((a, b) => a - b);
      const at = (share: number) => Number((later[Math.floor(share * (later.length - 1))] ?? 0).toFixed(1));
      return { method, past, firstMs: Math.round(firstMs), medianMs: at(0.5), p90Ms: at(0.9) };
    } finally {
      await close();
    }
  });
}

async function makeSweep(database: PrismaClient, method: string): Promise<string> {
  const source = JSON.stringify({
    ...{ method, run_cap: 1_000_000, metric: { name: 'loss', goal: 'minimize' } },
    parameters: {
      learning_rate: { distribution: 'log_uniform_values', min: 0.0001, max: 0.1 },
      beta1: { min: 0.1, max: 0.9 },
      batch_size: { values: [8, 16, 32] },
    },
  });
  const created = await createSweep(database, { projectId: null, source });
  if (!created.ok) throw new Error(JSON.stringify(created.problems));
  return created.sweep.id;
}

/** As if they had been suggested, trained and taken in, one after the other. */
async function makePastRuns(database: PrismaClient, sweepId: string, past: number): Promise<void> {
  const finishedAt = new Date();
  await database.run.createMany({
    data: Array.from({ length: past }, (_, i) => {
      const place = (i + 0.5) / past;
      const assignment = { learning_rate: 0.1 * place, beta1: 0.1 + 0.8 * ((i * 0.618) % 1), batch_size: 8 };
      return {
        ...{ id: newId(), sweepId, number: i + 1, name: `past ${i + 1}`, state: 'FINISHED' as const },
        ...{ assignment, assignmentKey: `past ${i + 1}`, config: assignment, finishedAt },
        ...{ objective: (place - 0.3) ** 2, objectiveStep: 1, resultNumber: i + 1, knownResults: i },
      };
    }),
  });
  const data = { nextRunNumber: past + 1, resultCount: past };
  await database.sweep.update({ where: { id: sweepId }, data });
  await database.$executeRaw`analyze "Run"`;
}

async function endQueued(database: PrismaClient, sweepId: string, objective: number): Promise<void> {
  await database.run.updateMany({
    where: { sweepId, state: 'QUEUED' },
    data: { state: 'FINISHED', objective, objectiveStep: 1, finishedAt: new Date() },
  });
}
