/**
 * A program's own token, over HTTP: it reports for exactly its run and epoch while the lease is held, and is good for
 * nothing else (every other operation refuses it: operations.test.ts).
 */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, startTestServer, type TestServer } from '../testing/test-server.ts';
import { takeLease, type TakenLease } from '../testing/take-lease.ts';

let api: TestServer;
let lease: TakenLease;
let agents = 0;

beforeAll(async () => {
  api = await startTestServer();
});
afterAll(() => api.close());
beforeEach(async () => {
  agents += 1;
  lease = await takeLease(api, `agent-${agents}`);
});

const reports = {
  reportMetrics: ['ReportMetricsInput', 'accepted duplicate command'],
  reportSamples: ['ReportSamplesInput', 'accepted duplicate command'],
  reportLogs: ['ReportLogsInput', 'accepted duplicate command'],
  reportCheckpoint: ['ReportCheckpointInput', 'checkpoint { step }'],
  settle: ['SettleInput', 'run { state }'],
} as const;

const report = async (key: string, name: keyof typeof reports, input: object) => {
  const [type, selection] = reports[name];
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`;
  const answer = (await api.graphql(query, { key, variables: { input } })).json();
  return answer.errors?.[0]?.extensions.code ?? answer.data?.[name];
};

const points = (sequence: number, value: number, under = lease) => ({
  lease: under,
  sequence,
  columns: [{ key: 'loss', steps: [sequence], values: [value], times: [0] }],
});

const putBlob = (key: string, body: string) => {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return api.ask(`/blobs/${sha256}`, { method: 'PUT', headers: bearer(key), body }).then(({ status }) => ({
    sha256,
    status,
  }));
};

const taken = { accepted: true, duplicate: false, command: 'CONTINUE' };

describe("a run's own token", () => {
  it('reports points, pictures, lines and a checkpoint of its run', async () => {
    const { sha256, status } = await putBlob(lease.token, 'weights');
    expect(status).toBe(201);
    expect(await report(lease.token, 'reportMetrics', points(0, 0.5))).toEqual(taken);
    expect(
      await report(lease.token, 'reportLogs', {
        lease,
        lines: [{ sequence: 0, at: new Date(0), stream: 'stdout', text: 'hello' }],
      }),
    ).toEqual(taken);
    const sample = { kind: 'TRAIN_GRID', step: 1, prompt: 'a bird', promptIndex: 0, seed: 1 };
    expect(
      await report(lease.token, 'reportSamples', {
        lease,
        samples: [{ ...sample, width: 1, height: 1, blobSha256: sha256 }],
      }),
    ).toEqual(taken);
    expect(
      await report(lease.token, 'reportCheckpoint', {
        lease,
        step: 1,
        files: [{ name: 'weights', blobSha256: sha256 }],
      }),
    ).toEqual({ checkpoint: { step: 1 } });
  });

  it('counts its batches and lines apart from its agent, so that neither hides the other', async () => {
    expect(await report(api.keys.AGENT, 'reportMetrics', points(0, 1))).toEqual(taken);
    expect(await report(lease.token, 'reportMetrics', points(0, 2))).toEqual(taken);
    expect(await report(lease.token, 'reportMetrics', points(0, 2))).toMatchObject({ duplicate: true });
    expect(await report(lease.token, 'reportMetrics', points(2 ** 30, 2))).toBe('BAD_INPUT');
    expect(await report(lease.token, 'reportMetrics', points(-1, 2))).toBe('BAD_INPUT');
    const rows = await api.database.prisma.metricBatch.findMany({
      where: { runId: lease.runId },
      orderBy: { sequence: 'asc' },
      select: { sequence: true, values: true },
    });
    expect(rows).toEqual([
      { sequence: 0, values: [1] },
      { sequence: 2 ** 30, values: [2] },
    ]);
  });

  it("is refused under another run's lease, whatever lease it names", async () => {
    const other = await takeLease(api, `other-${agents}`);
    for (const under of [other, { ...other, token: lease.token }, { ...lease, epoch: 2 }]) {
      expect(await report(lease.token, 'reportMetrics', points(0, 1, under))).toBe('LEASE_LOST');
    }
    expect(await api.database.prisma.metricBatch.count({ where: { runId: other.runId } })).toBe(0);
  });

  it('may not end its own attempt, which is its agent’s to judge', async () => {
    expect(await report(lease.token, 'settle', { lease, outcome: 'FINISHED', step: 1 })).toBe('FORBIDDEN');
  });

  it('reads no blob, and asks nothing of the graph, not even what it holds', async () => {
    const { sha256 } = await putBlob(lease.token, 'picture');
    expect((await api.ask(`/blobs/${sha256}`, { headers: bearer(lease.token) })).status).toBe(403);
    const introspection = await api.graphql('{ __schema { queryType { name } } }', { key: lease.token });
    expect(introspection.json().errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is nobody’s once the attempt is settled', async () => {
    await report(api.keys.AGENT, 'settle', { lease, outcome: 'FINISHED', step: 1 });
    expect(await report(lease.token, 'reportMetrics', points(0, 1))).toBe('UNAUTHENTICATED');
    expect((await putBlob(lease.token, 'too late')).status).toBe(401);
  });
});
