/** The whole line over real HTTP, as an agent, a page and a script see it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startTestServer, type TestServer } from '../testing/test-server.ts';

let api: TestServer;
beforeAll(async () => {
  api = await startTestServer({ PLUMAGE_REAP_MS: '50' });
});
afterAll(() => api.close());

/** What the tests reach into; the rest is matched whole. */
interface Reply {
  readonly createSweep: { readonly sweep: { readonly id: string } };
  readonly registerAgent: { readonly agent: { readonly id: string } };
  readonly lease: { readonly runId: string; readonly token: string; readonly __typename: string };
  readonly heartbeat: unknown;
  readonly reportMetrics: unknown;
  readonly settle: { readonly run: unknown };
  readonly validateSweep: unknown;
  readonly sweepJsonSchema: unknown;
  readonly runChanged: { readonly cursor: string; readonly run: unknown };
  readonly metricsAppended: unknown;
  readonly logsAppended: unknown;
  readonly sampleAdded: { readonly sample: unknown };
  readonly agentChanged: { readonly agent: { readonly name: string } };
  readonly sweepChanged: { readonly sweep: { readonly state: string } };
}

type Role = 'AGENT' | 'EDITOR' | 'VIEWER';

async function ask(role: Role, query: string, variables: object = {}): Promise<Reply> {
  const answer = (await api.graphql(query, { key: api.keys[role], variables })).json();
  if (answer.errors) throw Object.assign(new Error(answer.errors[0]?.message), answer.errors[0]?.extensions);
  return answer.data as unknown as Reply;
}

const codeAndPath = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code?: string; path?: string }) => [error.code, error.path],
  );

async function putBlob(text: string): Promise<string> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const answer = await api.ask(`/blobs/${sha256}`, {
    method: 'PUT',
    headers: { ...bearer(api.keys.AGENT), 'content-type': 'application/octet-stream' },
    body: text,
  });
  expect(answer.status).toBeLessThan(300);
  return sha256;
}

/** The events of a subscription, until `count` have come. */
async function events(
  query: string,
  count: number,
  began: () => Promise<unknown>,
): Promise<{ readonly data: Reply }[]> {
  const controller = new AbortController();
  const response = await fetch(`${api.server.url}/graphql/stream`, {
    method: 'POST',
    headers: { ...bearer(api.keys.VIEWER), 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    signal: controller.signal,
  });
  const work = began();
  const found: { data: Reply }[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const data = /^data: ?(.+)$/m.exec(part)?.[1];
      if (data) found.push(JSON.parse(data) as { data: Reply });
    }
    if (found.length >= count) break;
  }
  controller.abort();
  await work;
  return found;
}

const REGISTER = `mutation ($input: RegisterAgentInput!) {
  registerAgent(input: $input) { agent { id online slots { id index } } heartbeatIntervalMs leaseDurationMs releasedRuns } }`;
const LEASE = `mutation ($input: LeaseInput!) { lease(input: $input) { __typename
  ... on LeaseGranted { runId runName runNumber sweepId epoch token config expiresAt objectiveName objectiveGoal
    attempt { epoch agentName resumedFromStep } resumeFrom { step files { name blob { sha256 size url } } } }
  ... on NoWork { command reason retryAfterMs } } }`;
const CREATE = `mutation ($input: CreateSweepInput!) { createSweep(input: $input) { __typename
  ... on SweepCreated { sweep { id state seed project { slug } } warnings { path } }
  ... on SweepInvalid { problems { path message expected value } } } }`;
const SETTLE = 'mutation ($input: SettleInput!) { settle(input: $input) { run { state step } } }';

const registration = (name: string, instanceId: string) => ({
  input: {
    name,
    hostname: 'box',
    platform: 'linux',
    version: '1',
    instanceId,
    slots: [{ index: 0, backend: 'wasm', device: 'cpu' }],
  },
});
const source = (points: number) =>
  JSON.stringify({
    method: 'grid',
    metric: { name: 'eval/r_precision', goal: 'maximize' },
    parameters: { seed: { values: Array.from({ length: points }, (_, i) => i + 1) } },
  });

describe('the whole line', () => {
  it('sweep, lease, heartbeat, metrics, pictures, checkpoint, logs, resume, settle, and all of it read back', async () => {
    const { createSweep } = await ask('EDITOR', CREATE, { input: { source: source(1) } });
    expect(createSweep).toMatchObject({
      __typename: 'SweepCreated',
      sweep: { state: 'RUNNING', project: { slug: 'default' } },
    });
    const { registerAgent } = await ask('AGENT', REGISTER, registration('wren', 'one'));
    expect(registerAgent).toMatchObject({
      heartbeatIntervalMs: 15_000,
      leaseDurationMs: 45_000,
      agent: { online: true },
    });
    const slot = { agentId: registerAgent.agent.id, instanceId: 'one', slotIndex: 0 };
    const first = (await ask('AGENT', LEASE, { input: slot })).lease;
    expect(first).toMatchObject({
      __typename: 'LeaseGranted',
      runNumber: 1,
      epoch: 1,
      objectiveName: 'eval/r_precision',
      resumeFrom: null,
    });
    expect(first.token).toMatch(/^plu_run_/);
    const lease = { runId: first.runId, epoch: 1, token: first.token };

    const beat =
      'mutation ($input: HeartbeatInput!) { heartbeat(input: $input) { command reason expiresAt } }';
    const { heartbeat } = await ask('AGENT', beat, {
      input: { lease, step: 3, totalSteps: 100, imagesPerSecond: 9.5 },
    });
    expect(heartbeat).toMatchObject({ command: 'CONTINUE', reason: null, expiresAt: expect.any(String) });

    const metrics =
      'mutation ($input: ReportMetricsInput!) { reportMetrics(input: $input) { accepted duplicate command } }';
    const columns = [
      { key: 'g/loss', steps: [1, 2, 3], values: [0.5, 'NaN', 0.25], times: [1000, 2000, 3000] },
      { key: 'eval/r_precision', steps: [3], values: [0.75], times: [3000] },
    ];
    expect((await ask('AGENT', metrics, { input: { lease, sequence: 0, columns } })).reportMetrics).toEqual({
      accepted: true,
      duplicate: false,
      command: 'CONTINUE',
    });

    const blobSha256 = await putBlob('a picture');
    const samples = 'mutation ($input: ReportSamplesInput!) { reportSamples(input: $input) { duplicate } }';
    const picture = {
      step: 3,
      kind: 'TRAIN_GRID',
      promptIndex: 0,
      prompt: 'a red tomato',
      seed: 1,
      blobSha256,
      width: 64,
      height: 64,
    };
    await ask('AGENT', samples, { input: { lease, samples: [picture] } });
    const checkpoint =
      'mutation ($input: ReportCheckpointInput!) { reportCheckpoint(input: $input) { checkpoint { step epoch } } }';
    await ask('AGENT', checkpoint, {
      input: { lease, step: 3, files: [{ name: 'weights.safetensors', blobSha256 }] },
    });
    const logs = 'mutation ($input: ReportLogsInput!) { reportLogs(input: $input) { accepted } }';
    await ask('AGENT', logs, {
      input: {
        lease,
        lines: [{ sequence: 0, at: '2026-01-01T00:00:00.000Z', stream: 'stdout', text: 'hello' }],
      },
    });
    expect(
      (await ask('AGENT', SETTLE, { input: { lease, outcome: 'RELEASED', step: 3 } })).settle.run,
    ).toEqual({ state: 'QUEUED', step: 3 });

    const second = (await ask('AGENT', LEASE, { input: { ...slot, sweepId: createSweep.sweep.id } })).lease;
    expect(second).toMatchObject({
      ...{ runId: first.runId, epoch: 2, attempt: { epoch: 2, agentName: 'wren', resumedFromStep: 3 } },
      resumeFrom: {
        step: 3,
        files: [
          { name: 'weights.safetensors', blob: { sha256: blobSha256, size: 9, url: `/blobs/${blobSha256}` } },
        ],
      },
    });
    expect(await codeAndPath(ask('AGENT', metrics, { input: { lease, sequence: 1, columns } }))).toEqual([
      'LEASE_LOST',
      undefined,
    ]);
    const renewed = { runId: second.runId, epoch: 2, token: second.token };
    await ask('AGENT', SETTLE, { input: { lease: renewed, outcome: 'FINISHED', step: 100 } });

    const read = await ask(
      'VIEWER',
      `query ($id: ID!, $sweep: ID!) {
      run(id: $id) { name state step objective objectiveStep retries backend slot { id } sampleSteps
        sweep { state exhausted metricKeys runCounts { finished total } bestRun { id } runs { totalCount edges { node { number } } } }
        attempts { epoch outcome keptThroughStep } metrics { key last min max step }
        checkpoints { step } latestSamples { prompt url thumbnailUrl(width: 64) } samples { totalCount }
        logs { lines { text stream } pageInfo { hasNextPage } } }
      series(input: { runIds: [$id], keys: ["g/loss"], axis: RELATIVE_TIME }) { steps x last min attempts { epoch fromStep } totalPoints }
      samples(filter: { sweepId: $sweep, prompt: "RED" }) { totalCount edges { node { step run { name } } } }
      runs(filter: { sweepId: $sweep }, orderBy: OBJECTIVE) { totalCount edges { node { objective } } }
      agents { name online slots { index run { id } agent { name } } }
      overview { agentsOnline finished samplesLastHour } }`,
      { id: first.runId, sweep: createSweep.sweep.id },
    );
    expect(read).toMatchObject({
      run: {
        ...{ state: 'FINISHED', step: 100, objective: 0.75, objectiveStep: 3, slot: null, sampleSteps: [3] },
        sweep: {
          state: 'FINISHED',
          runCounts: { finished: 1, total: 1 },
          bestRun: { id: first.runId },
          runs: { totalCount: 1 },
        },
        attempts: [
          { outcome: 'RELEASED', keptThroughStep: 3 },
          { outcome: 'FINISHED', keptThroughStep: null },
        ],
        metrics: [
          { key: 'eval/r_precision', last: 0.75 },
          { key: 'g/loss', last: 0.25, min: 0.25, max: 0.5 },
        ],
        checkpoints: [{ step: 3 }],
        latestSamples: [
          {
            prompt: 'a red tomato',
            url: `/blobs/${blobSha256}`,
            thumbnailUrl: `/blobs/${blobSha256}/thumbnail?width=64`,
          },
        ],
        logs: { lines: [{ text: 'hello', stream: 'stdout' }], pageInfo: { hasNextPage: false } },
      },
      series: [{ steps: [1, 2, 3], x: [0, 1000, 2000], last: [0.5, null, 0.25], totalPoints: 3 }],
      samples: { totalCount: 1, edges: [{ node: { step: 3 } }] },
      runs: { totalCount: 1, edges: [{ node: { objective: 0.75 } }] },
      agents: [{ name: 'wren', online: true, slots: [{ index: 0, run: null, agent: { name: 'wren' } }] }],
      overview: { agentsOnline: 1, finished: 1, samplesLastHour: 1 },
    });
  });

  it('a long poll is answered soon after work appears, and an expired lease is reaped without being asked', async () => {
    const { registerAgent } = await ask('AGENT', REGISTER, registration('waiter', 'w'));
    const slot = { agentId: registerAgent.agent.id, instanceId: 'w', slotIndex: 0 };
    const waiting = ask('AGENT', LEASE, { input: { ...slot, waitMs: 20_000 } });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const started = performance.now();
    await ask('EDITOR', CREATE, { input: { source: source(1) } });
    expect((await waiting).lease.__typename).toBe('LeaseGranted');
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('a page that subscribes sees each change, and goes on from a cursor without a gap', async () => {
    const { createSweep } = await ask('EDITOR', CREATE, { input: { source: source(1) } });
    const sweepId = createSweep.sweep.id;
    const { registerAgent } = await ask('AGENT', REGISTER, registration('live', 'l'));
    const slot = { agentId: registerAgent.agent.id, instanceId: 'l', slotIndex: 0, sweepId };
    let lease = { runId: '', token: '', __typename: '' };
    const changes = await events(
      `subscription { runChanged(sweepId: "${sweepId}") { cursor run { id state step } } }`,
      1,
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        lease = (await ask('AGENT', LEASE, { input: slot })).lease;
      },
    );
    const change = changes[0]?.data.runChanged;
    if (!change) throw new Error('no change came');
    expect(change.run).toEqual({ id: lease.runId, state: 'RUNNING', step: 0 });

    const ref = { runId: lease.runId, epoch: 1, token: lease.token };
    const metrics = 'mutation ($input: ReportMetricsInput!) { reportMetrics(input: $input) { accepted } }';
    const columns = [{ key: 'g/loss', steps: [1, 2], values: [1, 2], times: [1, 2] }];
    await ask('AGENT', metrics, { input: { lease: ref, sequence: 0, columns } });
    const appended = await events(
      `subscription { metricsAppended(runIds: ["${ref.runId}"], after: "${change.cursor}") { cursor runId fromStep toStep } }`,
      1,
      async () => undefined,
    );
    expect(appended[0]?.data.metricsAppended).toMatchObject({ runId: ref.runId, fromStep: 1, toStep: 2 });

    const lines = [7, 8].map((sequence) => ({
      sequence,
      at: new Date().toISOString(),
      stream: 'stdout',
      text: 'a',
    }));
    const logs = 'mutation ($input: ReportLogsInput!) { reportLogs(input: $input) { accepted } }';
    await ask('AGENT', logs, { input: { lease: ref, lines } });
    const written = await events(
      `subscription { logsAppended(runId: "${ref.runId}", after: "${change.cursor}") { cursor runId epoch fromSequence toSequence } }`,
      1,
      async () => undefined,
    );
    expect(written[0]?.data.logsAppended).toMatchObject({ runId: ref.runId, fromSequence: 7, toSequence: 8 });

    const blobSha256 = await putBlob('another picture');
    const picture = (prompt: string, seed: number) => ({
      step: 1,
      kind: 'TRAIN_GRID',
      promptIndex: 0,
      prompt,
      seed,
      blobSha256,
      width: 1,
      height: 1,
    });
    await ask(
      'AGENT',
      'mutation ($input: ReportSamplesInput!) { reportSamples(input: $input) { accepted } }',
      {
        input: { lease: ref, samples: [picture('a blue whale', 1), picture('a red tomato', 2)] },
      },
    );
    const added = await events(
      `subscription { sampleAdded(filter: { sweepId: "${sweepId}", prompt: "RED" }, after: "${change.cursor}") { sample { prompt seed } } }`,
      1,
      async () => undefined,
    );
    expect(added[0]?.data.sampleAdded.sample).toEqual({ prompt: 'a red tomato', seed: 2 });
    const agents = await events(
      `subscription { agentChanged(after: "${change.cursor}") { agent { name } } }`,
      1,
      () => ask('AGENT', SETTLE, { input: { lease: ref, outcome: 'FINISHED', step: 2 } }),
    );
    expect(agents[0]?.data.agentChanged.agent.name).toBe('live');
    const sweeps = await events(
      `subscription { sweepChanged(sweepId: "${sweepId}", after: "${change.cursor}") { sweep { state } } }`,
      1,
      async () => undefined,
    );
    expect(sweeps[0]?.data.sweepChanged.sweep.state).toBe('FINISHED');
  });
});

describe('wrong input at the edge', () => {
  const nobody = '00000000-0000-7000-8000-000000000000';
  const lease = { runId: nobody, epoch: 1, token: 'plu_run_x' };

  it('gives its code and its path', async () => {
    const leaseCode = (input: object) =>
      codeAndPath(
        ask('AGENT', LEASE, { input: { agentId: nobody, instanceId: 'x', slotIndex: 0, ...input } }),
      );
    expect(await leaseCode({ agentId: 'x' })).toEqual(['BAD_INPUT', 'input.agentId']);
    expect(await leaseCode({ waitMs: 55_001 })).toEqual(['BAD_INPUT', 'input.waitMs']);
    expect(await leaseCode({ sweepId: "'; drop table" })).toEqual(['BAD_INPUT', 'input.sweepId']);
    expect(await leaseCode({})).toEqual(['NOT_FOUND', undefined]);
    const settle = (input: object) =>
      codeAndPath(ask('AGENT', SETTLE, { input: { lease, outcome: 'FINISHED', step: 1, ...input } }));
    expect(await settle({ lease: { ...lease, runId: 'x' } })).toEqual(['BAD_INPUT', 'input.lease.runId']);
    expect(await settle({ lease: { ...lease, epoch: 0 } })).toEqual(['BAD_INPUT', 'input.lease.epoch']);
    expect(await settle({ lease: { ...lease, token: 'x'.repeat(201) } })).toEqual([
      'BAD_INPUT',
      'input.lease.token',
    ]);
    expect(await settle({ outcome: 'FAILED' })).toEqual(['BAD_INPUT', 'input.failureClass']);
    expect(await settle({})).toEqual(['LEASE_LOST', undefined]);
    const action = (name: string, field: string, input: object) =>
      codeAndPath(
        ask('EDITOR', `mutation ($input: ${name}!) { ${field}(input: $input) { __typename } }`, { input }),
      );
    expect(await action('SweepActionInput', 'pauseSweep', { sweepId: nobody })).toEqual([
      'NOT_FOUND',
      undefined,
    ]);
    expect(await action('RunActionInput', 'cancelRun', { runId: 'x' })).toEqual(['NOT_FOUND', undefined]);
    expect(await action('AgentIntentInput', 'setAgentIntent', { agentId: nobody, intent: 'RUN' })).toEqual([
      'NOT_FOUND',
      undefined,
    ]);
    expect(await codeAndPath(ask('VIEWER', '{ runs(first: 501) { pageInfo { hasNextPage } } }'))).toEqual([
      'BAD_INPUT',
      'first',
    ]);
    expect(await codeAndPath(ask('VIEWER', '{ samples(after: "x") { pageInfo { hasNextPage } } }'))).toEqual([
      'BAD_INPUT',
      'after',
    ]);
    expect(
      await codeAndPath(ask('VIEWER', '{ series(input: { runIds: ["x"], keys: ["a"] }) { key } }')),
    ).toEqual(['BAD_INPUT', 'input.runIds[0]']);
    expect(
      await ask(
        'VIEWER',
        '{ run(id: "x") { id } sweep(id: "x") { id } agent(id: "x") { id } checkpoint(id: "x") { id } }',
      ),
    ).toEqual({
      ...{ run: null, sweep: null, agent: null, checkpoint: null },
    });
  });

  it('an agent key that settles cannot read on from its run to the sweep and the rest of the server', async () => {
    await ask('EDITOR', CREATE, { input: { source: source(1) } });
    const { registerAgent } = await ask('AGENT', REGISTER, registration('curious', 'c'));
    const slot = { agentId: registerAgent.agent.id, instanceId: 'c', slotIndex: 0 };
    const granted = (await ask('AGENT', LEASE, { input: slot })).lease;
    const input = {
      lease: { runId: granted.runId, epoch: 1, token: granted.token },
      outcome: 'FINISHED',
      step: 1,
    };
    const prying =
      'mutation ($input: SettleInput!) { settle(input: $input) { run { sweep { source project { name } } } } }';
    expect(await codeAndPath(ask('AGENT', prying, { input }))).toEqual(['FORBIDDEN', undefined]);
  });

  it('a definition that is wrong is an outcome, with every problem; a right one is normalised', async () => {
    const { createSweep } = await ask('EDITOR', CREATE, {
      input: { source: 'method: guess\nparameters: {seed: {value: 1}}' },
    });
    expect(createSweep).toMatchObject({ __typename: 'SweepInvalid', problems: [{ path: 'method' }] });
    const { validateSweep } = await ask(
      'VIEWER',
      `query ($source: String!) {
      validateSweep(source: $source) { valid gridSize normalizedSource problems { path } } }`,
      { source: source(12) },
    );
    expect(validateSweep).toMatchObject({
      valid: true,
      gridSize: 12,
      normalizedSource: expect.stringContaining('grid'),
      problems: [],
    });
    expect((await ask('VIEWER', '{ sweepJsonSchema }')).sweepJsonSchema).toBeTypeOf('object');
  });
});
