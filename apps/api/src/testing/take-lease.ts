/** A lease taken over HTTP from a whole server, as an agent takes one. */
import type { TestServer } from './test-server.ts';

export interface TakenLease {
  readonly runId: string;
  readonly epoch: number;
  readonly token: string;
}

/** Makes a sweep of one run, registers an agent of this name, and takes the run. */
export async function takeLease(api: TestServer, name = 'wren'): Promise<TakenLease> {
  const ask = async <T>(key: string, query: string, input: object): Promise<T> => {
    const answer = await api.graphql(query, { key, variables: { input } });
    const { data, errors } = answer.json<{ data: T; errors?: unknown }>();
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const { createSweep } = await ask<{ createSweep: { sweep: { id: string } } }>(
    api.keys.EDITOR,
    'mutation ($input: CreateSweepInput!) { createSweep(input: $input) { ... on SweepCreated { sweep { id } } } }',
    { source: '{method: grid, parameters: {seed: {values: [1]}}}' },
  );
  const { registerAgent } = await ask<{ registerAgent: { agent: { id: string } } }>(
    api.keys.AGENT,
    'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { agent { id } } }',
    {
      ...{ name, hostname: 'box', platform: 'linux x64', version: '0.1.0', instanceId: name },
      slots: [{ index: 0, backend: 'wasm', device: 'cpu', memoryMb: null }],
    },
  );
  const { lease } = await ask<{ lease: TakenLease }>(
    api.keys.AGENT,
    'mutation ($input: LeaseInput!) { lease(input: $input) { ... on LeaseGranted { runId epoch token } } }',
    { agentId: registerAgent.agent.id, instanceId: name, slotIndex: 0, sweepId: createSweep.sweep.id },
  );
  return lease;
}
