/** Long polls over real HTTP: what an idle agent hears, and when. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { registration } from '../testing/fleet.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let one: TestServer;
let agentId = '';
let me: ReturnType<typeof registration>;
beforeEach(async () => {
  one = await startTestServer();
  me = registration('wren', 2);
  agentId = await register(me);
});
afterEach(() => one.close());

async function register(who: ReturnType<typeof registration>): Promise<string> {
  const answer = await one.graphql(
    'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { agent { id } } }',
    { key: one.keys.AGENT, variables: { input: who } },
  );
  return answer.json<{ data: { registerAgent: { agent: { id: string } } } }>().data.registerAgent.agent.id;
}

const LEASE = `mutation ($input: LeaseInput!) {
  lease(input: $input) {
    __typename
    ... on LeaseGranted { runId }
    ... on NoWork { command reason retryAfterMs }
  }
}`;
interface Told {
  readonly __typename: string;
  readonly command?: string;
  readonly retryAfterMs?: number;
}

/** Asks as an idle agent does; resolves once the server has looked at who it is. */
async function ask(more: object = {}): Promise<{ told: Promise<Told> }> {
  const { pool } = one.database;
  await pool.query(`update "Agent" set "lastSeenAt" = now() - interval '1 hour'`);
  const input = { agentId, instanceId: me.instanceId, slotIndex: 0, waitMs: 55_000, ...more };
  const told = one
    .graphql(LEASE, { key: one.keys.AGENT, variables: { input } })
    .then((answer) => answer.json<{ data: { lease: Told } }>().data.lease);
  const heard = `select 1 from "Agent" where "lastSeenAt" > now() - interval '1 minute'`;
  await expect.poll(async () => (await pool.query(heard)).rowCount, { timeout: 20_000 }).toBe(1);
  return { told };
}

const intend = (intent: string, slotIndex: number | null) =>
  one.graphql('mutation ($input: AgentIntentInput!) { setAgentIntent(input: $input) { agent { id } } }', {
    key: one.keys.EDITOR,
    variables: { input: { agentId, slotIndex, intent } },
  });

it('an idle agent hears at once that it was paused, drained or stopped', async () => {
  for (const intent of ['PAUSE', 'DRAIN', 'STOP']) {
    const { told } = await ask();
    await intend(intent, null);
    expect(await told).toMatchObject({ __typename: 'NoWork', command: intent });
    await intend('RUN', null);
  }
});

it('so does one slot of it, while the other waits on', async () => {
  const [first, second] = [await ask(), await ask({ slotIndex: 1 })];
  await intend('PAUSE', 1);
  expect(await second.told).toMatchObject({ command: 'PAUSE' });
  await intend('STOP', null);
  expect(await first.told).toMatchObject({ command: 'STOP' });
});

it('a process that was replaced hears it at once', async () => {
  const { told } = await ask();
  await register(registration('wren'));
  expect(await told).toMatchObject({ __typename: 'AgentSuperseded' });
});

it('an agent that serves one sweep hears at once that the sweep is over', async () => {
  const source = JSON.stringify({ method: 'grid', parameters: { seed: { values: [1] } }, concurrency: 1 });
  const made = await one.graphql(
    'mutation ($input: CreateSweepInput!) { createSweep(input: $input) { ... on SweepCreated { sweep { id } } } }',
    { key: one.keys.EDITOR, variables: { input: { source } } },
  );
  const { id: sweepId } = made.json<{ data: { createSweep: { sweep: { id: string } } } }>().data.createSweep
    .sweep;
  expect(await (await ask({ sweepId })).told).toMatchObject({ __typename: 'LeaseGranted' });
  const { told } = await ask({ sweepId, slotIndex: 1 });
  await one.graphql('mutation ($input: SweepActionInput!) { cancelSweep(input: $input) { sweep { id } } }', {
    key: one.keys.EDITOR,
    variables: { input: { sweepId } },
  });
  expect(await told).toMatchObject({ __typename: 'NoWork', command: 'DRAIN' });
});

it('a server that stops answers those who wait at once: ask again, soon, on another connection', async () => {
  const waiting = [await ask(), await ask({ slotIndex: 1 })];
  await one.server.stop();
  for (const { told } of waiting) {
    const answer = await told;
    expect(answer).toMatchObject({ __typename: 'NoWork', command: 'CONTINUE' });
    expect(answer.retryAfterMs).toBeLessThan(1_000);
  }
});

it('a wait beyond what is allowed is refused by its path', async () => {
  const input = { agentId, instanceId: me.instanceId, slotIndex: 0, waitMs: 55_001 };
  const answer = await one.graphql(LEASE, { key: one.keys.AGENT, variables: { input } });
  expect(answer.json().errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', path: 'input.waitMs' });
});
