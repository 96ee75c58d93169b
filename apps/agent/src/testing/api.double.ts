/**
 * A Plumage API in memory, for tests of the agent alone: the committed graph over real HTTP, with the lease protocol's
 * rules (fence, idempotence, commands) and switches for what goes wrong in the world. The real API's own tests and the
 * end-to-end tests hold it to the same protocol.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  HeartbeatInput,
  LeaseInput,
  LeaseRef,
  ReportCheckpointInput,
  ReportLogsInput,
  ReportMetricsInput,
  ReportSamplesInput,
  SettleInput,
} from '@plumage/api-client/operations';
import { buildSchema, GraphQLError, graphql } from 'graphql';
import { createRenderDouble, type DoubleRender } from './render.double.ts';

export const testKey = `plu_agent_${'k'.repeat(43)}`;

export interface DoubleRun {
  readonly id: string;
  readonly name: string;
  readonly config: Record<string, unknown>;
  /** The program that trains it; null: our own trainer. */
  readonly program: readonly string[] | null;
  readonly trainer: string;
  /** What it names, by key, with the addresses of the files. */
  readonly inputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  state: 'QUEUED' | 'RUNNING' | SettleInput['outcome'];
  epoch: number;
  command: 'CONTINUE' | 'PRUNE' | 'CANCEL' | 'PAUSE' | 'DRAIN' | 'STOP';
  /** Batches by "epoch/sequence": a second delivery does not count. */
  readonly batches: Map<string, ReportMetricsInput['columns']>;
  readonly samples: Array<ReportSamplesInput['samples'][number] & { epoch: number }>;
  readonly checkpoints: Array<{ epoch: number; step: number; files: ReportCheckpointInput['files'] }>;
  readonly logs: ReportLogsInput['lines'][number][];
  readonly beats: HeartbeatInput[];
  readonly settlements: SettleInput[];
}

export interface ApiDouble {
  readonly url: string;
  readonly runs: DoubleRun[];
  readonly renders: DoubleRender[];
  readonly calls: string[];
  /** The store, by sha256; and what was fetched from it. */
  readonly blobs: Map<string, Buffer>;
  readonly fetched: string[];
  /** True: every connection is cut, as of a server that is gone. */
  away: boolean;
  /** Answers to `lease` before any run is looked for. */
  readonly leaseAnswers: object[];
  addRun(
    config: Record<string, unknown>,
    program?: readonly string[] | null,
    more?: Partial<Pick<DoubleRun, 'trainer' | 'inputs'>>,
  ): DoubleRun;
  /** Pictures to be drawn from the run's newest checkpoint. */
  addRender(run: DoubleRun, request: DoubleRender['request'], inputs?: DoubleRun['inputs']): DoubleRender;
  /** The run is another's now: every write of its present holder is refused. */
  takeAway(run: DoubleRun): void;
  close(): Promise<void>;
}

const schema = buildSchema(readFileSync(new URL('../../../../schema.graphql', import.meta.url), 'utf8'));

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

const tokenOf = (run: DoubleRun): string => `plu_run_${run.id}_${run.epoch}`;

const createResolvers = (double: Pick<ApiDouble, 'runs' | 'leaseAnswers' | 'blobs'>) => {
  const { blobs } = double;
  const held = (lease: LeaseRef): DoubleRun => {
    const run = double.runs.find(({ id }) => id === lease.runId);
    if (run?.state !== 'RUNNING' || run.epoch !== lease.epoch || tokenOf(run) !== lease.token) {
      throw new GraphQLError('The lease is another’s.', { extensions: { code: 'LEASE_LOST' } });
    }
    return run;
  };
  const stored = (sha256: string): void => {
    if (!blobs.has(sha256))
      throw new GraphQLError(`No blob ${sha256}.`, { extensions: { code: 'BLOB_MISSING' } });
  };
  const report = (run: DoubleRun, duplicate = false) => ({
    accepted: !duplicate,
    duplicate,
    command: run.command,
  });
  const drawing = createRenderDouble(stored);
  const resolvers = {
    ...drawing.resolvers,
    server: { version: 'double', startedAt: new Date(0).toISOString() },
    registerAgent: () => ({
      agent: { id: 'agent-1', name: 'double', intent: 'RUN' },
      heartbeatIntervalMs: 200,
      leaseDurationMs: 2_000,
      releasedRuns: 0,
    }),
    stopAgent: () => ({ agent: { id: 'agent-1', stoppedAt: new Date(0).toISOString() } }),
    lease: ({ input: { accepts } }: { input: LeaseInput }) => {
      const given = double.leaseAnswers.shift();
      if (given) return given;
      const render = accepts?.includes('RENDER') ? drawing.grant() : undefined;
      if (render) return render;
      const training = accepts?.includes('TRAINING') ? double.runs : [];
      const run = training.find(({ state }) => state === 'QUEUED' || state === 'RELEASED');
      if (!run) return { __typename: 'NoWork', command: 'CONTINUE', retryAfterMs: 100 };
      run.epoch += 1;
      run.state = 'RUNNING';
      run.command = 'CONTINUE';
      const newest = run.checkpoints.toSorted((a, b) => a.step - b.step).at(-1);
      return {
        __typename: 'LeaseGranted',
        runId: run.id,
        runName: run.name,
        runNumber: 1,
        sweepId: 'sweep-1',
        epoch: run.epoch,
        token: tokenOf(run),
        expiresAt: new Date(Date.now() + 2_000).toISOString(),
        config: run.config,
        trainer: run.program === null ? run.trainer : 'command',
        command: run.program,
        inherits: false,
        inputs: Object.entries(run.inputs).map(([key, files]) => ({
          key,
          checkpoint: {
            ...{ id: `input-${key}`, step: 1, epoch: 1 },
            files: Object.entries(files).map(([name, sha256]) => ({ name, blob: { sha256, size: 1 } })),
          },
        })),
        resumeFrom: newest && {
          id: `checkpoint-${newest.step}`,
          step: newest.step,
          epoch: newest.epoch,
          files: newest.files.map(({ name, blobSha256 }) => ({
            name,
            blob: { sha256: blobSha256, size: 1 },
          })),
        },
      };
    },
    heartbeat: ({ input }: { input: HeartbeatInput }) => {
      const run = held(input.lease);
      run.beats.push(input);
      return { command: run.command };
    },
    reportMetrics: ({ input }: { input: ReportMetricsInput }) => {
      const run = held(input.lease);
      const key = `${run.epoch}/${input.sequence}`;
      const duplicate = run.batches.has(key);
      if (!duplicate) run.batches.set(key, input.columns);
      return report(run, duplicate);
    },
    reportSamples: ({ input }: { input: ReportSamplesInput }) => {
      const run = held(input.lease);
      for (const sample of input.samples) stored(sample.blobSha256);
      run.samples.push(...input.samples.map((sample) => ({ ...sample, epoch: run.epoch })));
      return report(run);
    },
    reportCheckpoint: ({ input }: { input: ReportCheckpointInput }) => {
      const run = held(input.lease);
      for (const file of input.files) stored(file.blobSha256);
      run.checkpoints.push({ epoch: run.epoch, step: input.step, files: input.files });
      return { checkpoint: { id: `checkpoint-${input.step}`, step: input.step } };
    },
    reportLogs: ({ input }: { input: ReportLogsInput }) => {
      const run = held(input.lease);
      run.logs.push(...input.lines);
      return report(run);
    },
    settle: ({ input }: { input: SettleInput }) => {
      const run = held(input.lease);
      run.settlements.push(input);
      run.state = input.outcome;
      return { run: { id: run.id, state: 'FINISHED' } };
    },
  };
  return { resolvers, drawing };
};

export const startApiDouble = async (): Promise<ApiDouble> => {
  const state = {
    runs: [] as DoubleRun[],
    leaseAnswers: [] as object[],
    calls: [] as string[],
    blobs: new Map<string, Buffer>(),
    fetched: [] as string[],
    away: false,
  };
  const { blobs, fetched } = state;
  const { resolvers, drawing } = createResolvers(state);
  const json = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const blobRoute = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const sha256 = request.url?.split('/').at(-1) ?? '';
    const known = blobs.get(sha256);
    if (request.method === 'GET') {
      fetched.push(sha256);
      if (known) response.end(known);
      else json(response, 404, { code: 'NOT_FOUND', message: 'No such blob.' });
      return;
    }
    if (createHash('sha256').update(body).digest('hex') !== sha256) {
      return json(response, 422, { code: 'BLOB_MISMATCH', message: 'Other bytes than announced.' });
    }
    blobs.set(sha256, body);
    response.writeHead(201).end();
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    if (state.away) return void request.socket.destroy();
    if (request.headers.authorization !== `Bearer ${testKey}`) {
      return json(response, 401, { code: 'UNAUTHENTICATED', message: 'This key is not known.' });
    }
    if (request.url !== '/graphql') return blobRoute(request, response, body);
    const { query, operationName, variables } = JSON.parse(body.toString('utf8'));
    state.calls.push(operationName);
    const result = await graphql({
      schema,
      source: query,
      rootValue: resolvers,
      operationName,
      variableValues: variables,
    });
    json(response, 200, result);
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => {}));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    addRun(
      config: Record<string, unknown>,
      program: readonly string[] | null = null,
      { trainer = 'gan-cls', inputs = {} }: Partial<Pick<DoubleRun, 'trainer' | 'inputs'>> = {},
    ) {
      const number = state.runs.length + 1;
      const run: DoubleRun = {
        id: `run-${number}`,
        name: `gull-000${number}`,
        config,
        program,
        trainer,
        inputs,
        state: 'QUEUED',
        epoch: 0,
        command: 'CONTINUE',
        batches: new Map(),
        samples: [],
        checkpoints: [],
        logs: [],
        beats: [],
        settlements: [],
      };
      state.runs.push(run);
      return run;
    },
    renders: drawing.renders,
    addRender: drawing.add,
    takeAway(run: DoubleRun) {
      run.epoch += 1;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
};
