/**
 * A run by its id, or by its name. A name holds the run's number, so it is unique in a sweep but not among sweeps:
 * `quickstart/heron-0003` says both.
 */
import type { ApiClient } from '@plumage/api-client';
import {
  type RunLineFragment,
  RunsInOrderDocument,
  type RunsInOrderQueryVariables,
} from '@plumage/api-client/operations';
import { CommandError } from '../command/command.error.ts';
import { type Walked, walkPages } from '../server/page.walk.ts';
import { findSweepId, looksLikeId } from '../sweeps/sweep.finder.ts';

export const runArgument = {
  name: 'ID|NAME',
  help: 'the run: its id, its name, or SWEEP/NAME',
} as const;

export type RunQuestion = Omit<RunsInOrderQueryVariables, 'first' | 'after'>;

/** @param limit how many at most; 0 for all */
export const listRuns = (
  api: ApiClient,
  question: RunQuestion,
  limit: number,
): Promise<Walked<RunLineFragment>> =>
  walkPages(
    limit,
    async (first, after) => (await api.request(RunsInOrderDocument, { ...question, first, after })).runs,
  );

/** @throws CommandError NOT_FOUND or AMBIGUOUS_NAME. An id is not looked up: the server will say. */
export const findRunId = async (api: ApiClient, text: string): Promise<string> => {
  if (looksLikeId(text)) return text;
  const slash = text.lastIndexOf('/');
  const sweepId = slash > 0 ? await findSweepId(api, text.slice(0, slash)) : null;
  const name = text.slice(slash + 1);
  const question: RunQuestion = {
    filter: { search: name, sweepId },
    orderBy: 'CREATED_AT',
    direction: 'DESC',
  };
  const { nodes } = await listRuns(api, question, 0);
  const named = nodes.filter((run) => run.name === name);
  const [only, second] = named;
  if (only === undefined) {
    const message = `There is no run with the id or name "${text}".`;
    throw new CommandError('NOT_FOUND', message, '`plumage runs list` shows them.');
  }
  if (second === undefined) return only.id;
  const ids = named.map((run) => `${run.sweep.name}/${run.name}  ${run.id}`);
  const message = `${named.length} sweeps have a run called "${name}".`;
  throw new CommandError('AMBIGUOUS_NAME', message, `Name the sweep too, or the id:\n  ${ids.join('\n  ')}`);
};
