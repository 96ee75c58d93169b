/** A sweep that is changed while it runs, as its users see it: over HTTP, by name, with what each step answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let api: TestServer;
beforeAll(async () => {
  api = await startTestServer();
});
afterAll(() => api.close());

interface Lease {
  readonly runId: string;
  readonly runNumber: number;
  readonly epoch: number;
  readonly token: string;
  readonly config: { readonly seed: number };
}

interface RunNode {
  readonly number: number;
  readonly state: string;
  readonly droppedBecause: string | null;
}

interface Sweep {
  readonly version: number;
  readonly state: string;
  readonly source: string;
  readonly versions: readonly { readonly changes: readonly string[] }[];
  readonly budget: { readonly usedHours: number };
  readonly runs: { readonly edges: readonly { readonly node: RunNode }[] };
}

/** Each as far as it was asked for. */
interface Reply {
  readonly createSweep: { readonly sweep: { readonly id: string } };
  readonly registerAgent: { readonly agent: { readonly id: string } };
  readonly lease: Lease;
  readonly settle: { readonly run: { readonly state: string } };
  readonly updateSweep: { readonly changes: readonly string[]; readonly sweep: Sweep };
  readonly enqueueRuns: { readonly runs: readonly object[] };
  readonly rerunFailed: object;
}

async function ask(key: keyof TestServer['keys'], query: string, input: object): Promise<Reply> {
  const answer = await api.graphql(query, { key: api.keys[key], variables: { input } });
  const { data, errors } = answer.json<{ data?: Reply; errors?: unknown }>();
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors));
  return data;
}

const SWEEP = `sweep { version state stateReason runCap source
  versions { version changes note byName definition source createdAt }
  budget { hours acceleratorHours usedHours usedAcceleratorHours }
  runs(first: 50) { edges { node { number state droppedBecause } } } }`;
const UPDATE = `mutation ($input: UpdateSweepInput!) { updateSweep(input: $input) { __typename
  ... on SweepUpdated { changes warnings { message } ${SWEEP} }
  ... on SweepInvalid { problems { path message expected value } }
  ... on SweepEditedMeanwhile { ${SWEEP} } } }`;
const ENQUEUE = `mutation ($input: EnqueueRunsInput!) { enqueueRuns(input: $input) { __typename
  ... on RunsEnqueued { runs { number origin } ${SWEEP} }
  ... on SweepInvalid { problems { path message expected } } } }`;
const RERUN = `mutation ($input: RerunFailedInput!) { rerunFailed(input: $input) { count ${SWEEP} } }`;
const LEASE = `mutation ($input: LeaseInput!) { lease(input: $input) { __typename
  ... on LeaseGranted { runId runNumber epoch token config } } }`;
const SETTLE = 'mutation ($input: SettleInput!) { settle(input: $input) { run { state } } }';

const source = `# wings, second try
method: grid
run_cap: 3 # to begin with
metric: {name: loss, goal: minimize}
parameters:
  seed: {values: [1, 2, 3, 4, 5]}
`;

describe('a sweep that is edited while it runs', () => {
  it('grows, takes a run by hand, runs what failed again, and says at each step what was changed and by whom', async () => {
    const { createSweep } = await ask(
      'EDITOR',
      'mutation ($input: CreateSweepInput!) { createSweep(input: $input) { ... on SweepCreated { sweep { id } } } }',
      { source },
    );
    const sweepId = createSweep.sweep.id;
    const { registerAgent } = await ask(
      'AGENT',
      'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { agent { id } } }',
      {
        ...{ name: 'wren', hostname: 'box', platform: 'linux', version: '1', instanceId: 'one' },
        slots: [{ index: 0, backend: 'wasm', device: 'cpu' }],
      },
    );
    const take = async () => {
      const slot = { agentId: registerAgent.agent.id, instanceId: 'one', slotIndex: 0, sweepId };
      return (await ask('AGENT', LEASE, slot)).lease;
    };
    const end = async ({ runId, epoch, token }: Lease, outcome: object) =>
      (await ask('AGENT', SETTLE, { lease: { runId, epoch, token }, step: 1, ...outcome })).settle.run.state;

    expect(await end(await take(), { outcome: 'FAILED', failureClass: 'diverged' })).toBe('FAILED');

    const patch = { run_cap: 4, exclude: [{ seed: [2] }] };
    const updated = (await ask('EDITOR', UPDATE, { sweepId, version: 1, patch, note: 'two was enough' }))
      .updateSweep;
    expect(updated).toMatchObject({
      ...{ __typename: 'SweepUpdated', changes: ['run_cap 3 → 4', 'exclude: added seed 2'], warnings: [] },
      sweep: { version: 2, state: 'RUNNING', runCap: 4, stateReason: null },
    });
    expect(updated.sweep.source).toContain('run_cap: 4 # to begin with');
    expect(updated.sweep.versions).toMatchObject([
      { version: 2, changes: updated.changes, note: 'two was enough', byName: 'editor' },
      { version: 1, changes: [], note: null, byName: 'editor', source },
    ]);
    const states = updated.sweep.runs.edges.map(({ node }) => [node.number, node.state, node.droppedBecause]);
    expect(states).toEqual([
      [1, 'FAILED', null],
      [2, 'CANCELLED', 'An edit of the sweep left this run no place before an agent took it.'],
      [3, 'QUEUED', null],
    ]);

    const late = await ask('ADMIN', UPDATE, { sweepId, version: 1, patch: { run_cap: 9 } });
    expect(late.updateSweep).toMatchObject({ __typename: 'SweepEditedMeanwhile', sweep: { version: 2 } });
    const wrong = await ask('EDITOR', UPDATE, {
      sweepId,
      version: 2,
      patch: { metric: { goal: 'maximize' } },
    });
    expect(wrong.updateSweep).toEqual({
      __typename: 'SweepInvalid',
      problems: [
        {
          path: 'metric',
          message: 'stays for the life of a sweep: its runs were made with minimize loss',
          expected: 'minimize loss, or a new sweep',
          value: 'maximize loss',
        },
      ],
    });

    const twice = await ask('EDITOR', ENQUEUE, { sweepId, assignments: [{ seed: 3 }, { seed: 2 }] });
    expect(twice.enqueueRuns).toMatchObject({
      __typename: 'SweepInvalid',
      problems: [
        { path: 'assignments[0]', message: expect.stringMatching(/^is run 3 \(.+-0003\) already$/) },
        { path: 'assignments[1]', message: 'lies in an excluded region' },
      ],
    });
    const { enqueueRuns } = await ask('EDITOR', ENQUEUE, { sweepId, assignments: [{ seed: 5 }] });
    expect(enqueueRuns.runs).toEqual([{ number: 4, origin: 'ENQUEUED' }]);
    const byHand = await take();
    expect([byHand.runNumber, byHand.config.seed]).toEqual([4, 5]);
    await end(byHand, { outcome: 'FINISHED' });
    await end(await take(), { outcome: 'FINISHED' });

    const { rerunFailed } = await ask('EDITOR', RERUN, { sweepId, failureClasses: ['diverged'] });
    expect(rerunFailed).toMatchObject({
      ...{ count: 1, sweep: { version: 3, state: 'RUNNING' } },
    });
    const again = await take();
    expect([again.runNumber, again.epoch]).toEqual([1, 2]);
    await end(again, { outcome: 'FINISHED' });
    const stop = 'mutation ($input: SweepActionInput!) { stopSweep(input: $input) { sweep { state } } }';
    await expect(ask('EDITOR', stop, { sweepId })).rejects.toThrow(/The sweep is FINISHED/);
    const { sweep } = (await ask('EDITOR', UPDATE, { sweepId, version: 3, patch: { budget: { hours: 2 } } }))
      .updateSweep;
    expect(sweep).toMatchObject({ state: 'FINISHED', budget: { hours: 2, acceleratorHours: null } });
    expect(sweep.budget.usedHours).toBeGreaterThan(0);
    expect(sweep.versions.map((version) => version.changes)).toEqual([
      ['budget hours none → 2'],
      ['1 failed run runs again (diverged)'],
      ['run_cap 3 → 4', 'exclude: added seed 2'],
      [],
    ]);
  });
});
