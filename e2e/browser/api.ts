/** A few questions to the graph, as a script with a user key asks them. */
import type { APIRequestContext } from '@playwright/test';
import { expect, stack } from './plumage.fixture.ts';

const ask = async (
  request: APIRequestContext,
  query: string,
  variables: object,
): Promise<Record<string, unknown>> => {
  const headers = { authorization: `Bearer ${stack.key}` };
  const response = await request.post(`${stack.url}/graphql`, { headers, data: { query, variables } });
  const body = (await response.json()) as { data?: Record<string, unknown>; errors?: unknown };
  expect(body.errors, query).toBeUndefined();
  return body.data ?? {};
};

/** Starts a sweep; its id. */
export const createSweep = async (request: APIRequestContext, source: string): Promise<string> => {
  const query =
    'mutation ($input: CreateSweepInput!) { createSweep(input: $input) { ... on SweepCreated { sweep { id } } ... on SweepInvalid { problems { path message } } } }';
  const data = await ask(request, query, { input: { source } });
  const { sweep } = data.createSweep as { sweep?: { id: string } };
  expect(sweep, JSON.stringify(data)).toBeDefined();
  return sweep?.id ?? '';
};

/** The sweep's runs by state and the id of the first. */
export const runsOf = async (
  request: APIRequestContext,
  id: string,
): Promise<{ readonly states: readonly string[]; readonly firstId: string | undefined }> => {
  const query = 'query ($id: ID!) { sweep(id: $id) { runs(first: 50) { edges { node { id state } } } } }';
  const data = await ask(request, query, { id });
  const { runs } = data.sweep as { runs: { edges: { node: { id: string; state: string } }[] } };
  return { states: runs.edges.map(({ node }) => node.state), firstId: runs.edges[0]?.node.id };
};

/** Ends the sweep and its runs at once. */
export const cancelSweep = async (request: APIRequestContext, id: string): Promise<void> => {
  const query = 'mutation ($input: SweepActionInput!) { cancelSweep(input: $input) { sweep { id } } }';
  await ask(request, query, { input: { sweepId: id } });
};

/** Changes the first version of a sweep, as someone else would from another machine. */
export const editSweep = async (request: APIRequestContext, id: string, patch: object): Promise<void> => {
  const query = 'mutation ($input: UpdateSweepInput!) { updateSweep(input: $input) { __typename } }';
  const data = await ask(request, query, { input: { sweepId: id, version: 1, patch } });
  expect(data.updateSweep).toEqual({ __typename: 'SweepUpdated' });
};
