/**
 * Importance is the one figure that takes longer than a query should: about a second of a busy core for 10,000 runs of
 * ten parameters. It is computed between other requests, a tree at a time, and remembered by what it was computed from,
 * so that a page which asks again while nothing has ended gets the same answer for nothing.
 */
import { createHash } from 'node:crypto';
import { fanovaSteps, type Importance, pedAnova } from '@plumage/search';
import { inTurns } from '../in-turns.ts';
import type { ImportanceMethod } from './insight.enum.ts';
import type { Subject } from './insight.service.ts';

/** The last so many answers of this process. */
const REMEMBERED = 100;
const answers = new Map<string, Promise<Importance>>();

export interface ImportanceOptions {
  readonly method: ImportanceMethod;
  readonly pairs: boolean;
}

export function importanceOf(subject: Subject, options: ImportanceOptions): Promise<Importance> {
  const key = digest(subject, options);
  const known = answers.get(key);
  // Taken out and put in again, it is the newest: the first of a map is the one asked for longest ago.
  answers.delete(key);
  const answer = known ?? compute(subject, options);
  answers.set(key, answer);
  answer.catch(() => answers.delete(key));
  const [oldest] = answers.keys();
  if (answers.size > REMEMBERED && oldest !== undefined) answers.delete(oldest);
  return answer;
}

function digest(
  { sweepId, sheet, metric, goal, runs }: Subject,
  { method, pairs }: ImportanceOptions,
): string {
  const hash = createHash('sha256');
  // The goal changes nothing for fANOVA. An assignment never changes, nor a version.
  hash.update(JSON.stringify([sweepId, sheet.version, metric, method, pairs, method === 'FANOVA' || goal]));
  hash.update(Float64Array.from(runs.flatMap(({ number, value }) => [number, value ?? Number.NaN])));
  return hash.digest('base64');
}

async function compute(subject: Subject, { method, pairs }: ImportanceOptions): Promise<Importance> {
  const { sheet, runs, goal } = subject;
  const { parameters, seed } = sheet;
  if (method === 'PED_ANOVA') return pedAnova({ parameters, runs, goal });
  const importance = await inTurns(fanovaSteps({ parameters, runs, seed, pairs }));
  if (importance === null) throw new Error('Without a limit the steps go on to their end.');
  return importance;
}
