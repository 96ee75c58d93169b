/** A sweep by its id or by its name. Names are for people and may repeat; then the ids are told. */
import type { ApiClient } from '@plumage/api-client';
import { type SweepLineFragment, SweepsDocument } from '@plumage/api-client/operations';
import { closestName } from '@plumage/contract';
import { CommandError } from '../command/command.error.ts';
import { type Walked, walkPages } from '../server/page.walk.ts';

export const sweepArgument = { name: 'ID|NAME', help: 'the sweep, by its id or its name' } as const;

const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const looksLikeId = (text: string): boolean => idPattern.test(text);

/** Newest first. @param limit how many at most; 0 for all */
export const listSweeps = (api: ApiClient, limit: number): Promise<Walked<SweepLineFragment>> =>
  walkPages(limit, async (first, after) => (await api.request(SweepsDocument, { first, after })).sweeps);

/** @throws CommandError NOT_FOUND or AMBIGUOUS_NAME. An id is not looked up: the server will say. */
export const findSweepId = async (api: ApiClient, idOrName: string): Promise<string> => {
  if (looksLikeId(idOrName)) return idOrName;
  const { nodes } = await listSweeps(api, 0);
  const named = nodes.filter(({ name }) => name === idOrName);
  const [only, second] = named;
  if (only === undefined) {
    const near = closestName(idOrName, [...new Set(nodes.map(({ name }) => name))]);
    const hint = near === null ? '`plumage sweep list` shows them.' : `Did you mean "${near}"?`;
    throw new CommandError('NOT_FOUND', `There is no sweep with the id or name "${idOrName}".`, hint);
  }
  if (second === undefined) return only.id;
  const ids = named.map(({ id, state, createdAt }) => `${id} (${state.toLowerCase()}, made ${createdAt})`);
  throw new CommandError(
    'AMBIGUOUS_NAME',
    `${named.length} sweeps are called "${idOrName}".`,
    `Name one by its id:\n  ${ids.join('\n  ')}`,
  );
};
