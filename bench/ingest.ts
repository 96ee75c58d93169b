/**
 * How many metric points a second one API process takes: the whole way over HTTP, GraphQL's reportMetrics with 1,000
 * points a request, into a real Postgres. Runs report side by side, each from its own connection, as agents do.
 */
import { parseArgs } from 'node:util';
import { bootstrap } from '../apps/api/src/access/bootstrap.service.ts';
import { createDatabase } from '../apps/api/src/database.ts';
import { withPostgres } from './database/postgres.session.ts';
import { type Ask, startApi } from './server/api.process.ts';

export const usage =
  'ingest [--seconds 10] [--runs 4] [--points 1000]: metric points that one API process takes a second over HTTP';

const LEASE = `mutation ($input: LeaseInput!) { lease(input: $input) {
  ... on LeaseGranted { runId epoch token } ... on NoWork { reason } } }`;
const REPORT =
  'mutation ($input: ReportMetricsInput!) { reportMetrics(input: $input) { accepted duplicate } }';

interface LeaseRef {
  readonly runId: string;
  readonly epoch: number;
  readonly token: string;
}

export async function run(args: string[], note: (line: string) => void) {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '10' },
      runs: { type: 'string', default: '4' },
      points: { type: 'string', default: '1000' },
    },
  });
  const shape = { seconds: Number(values.seconds), runs: Number(values.runs), points: Number(values.points) };
  for (const [name, value] of Object.entries(shape)) {
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`--${name} must be a whole number of at least 1`);
  }
  return await withPostgres(async (url) => {
    const database = createDatabase(url, { maxConnections: 2 });
    const keys = await bootstrap(database.prisma);
    const api = await startApi({ databaseUrl: url, logLevel: 'error' });
    try {
      return await measure(api.ask, keys, shape, note);
    } finally {
      await api.stop();
      await database.close();
    }
  });
}

interface Shape {
  readonly seconds: number;
  readonly runs: number;
  readonly points: number;
}

async function measure(
  ask: Ask,
  keys: { userKey: string; agentKey: string },
  shape: Shape,
  note: (line: string) => void,
) {
  const leases = await takeLeases(ask, keys, shape.runs);
  note(`${shape.runs} runs report ${shape.points} points a request for ${shape.seconds} s`);
  const started = performance.now();
  let taken = 0;
  await Promise.all(
    leases.map(async (lease) => {
      for (let sequence = 0; performance.now() - started < shape.seconds * 1000; sequence++) {
        const { reportMetrics } = await ask<{ reportMetrics: { accepted: boolean; duplicate: boolean } }>(
          keys.agentKey,
          REPORT,
          {
            input: { lease, sequence, columns: columnsOf(sequence, shape.points) },
          },
        );
        if (!reportMetrics.accepted || reportMetrics.duplicate) throw new Error('A batch was not taken.');
        taken += shape.points;
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  return {
    pointsPerSecond: Math.round(taken / seconds),
    points: taken,
    seconds: Number(seconds.toFixed(2)),
    ...shapeOf(shape),
  };
}

const shapeOf = ({ runs, points }: Shape) => ({ runs, pointsPerRequest: points });

/** Four metrics, as a GAN's two losses and their parts would be. */
function columnsOf(sequence: number, points: number) {
  const keys = ['d/loss', 'd/real', 'd/wrong', 'g/loss'].slice(0, Math.min(4, points));
  return keys.map((key, k) => {
    const length = Math.floor(points / keys.length) + (k < points % keys.length ? 1 : 0);
    const steps = Array.from({ length }, (_, i) => sequence * length + i);
    return {
      key,
      steps,
      values: steps.map((step) => Math.fround(1 / (1 + step) + Math.random() / 10)),
      times: steps.map((step) => 1_767_225_600_000 + step * 37),
    };
  });
}

async function takeLeases(
  ask: Ask,
  keys: { userKey: string; agentKey: string },
  runs: number,
): Promise<LeaseRef[]> {
  const values = Array.from({ length: runs }, (_, i) => i + 1);
  const source = JSON.stringify({ method: 'grid', parameters: { seed: { values } } });
  await ask(
    keys.userKey,
    'mutation ($input: CreateSweepInput!) { createSweep(input: $input) { __typename } }',
    {
      input: { source },
    },
  );
  const slots = values.map((_, index) => ({ index, backend: 'none', device: 'none' }));
  const who = {
    name: 'bench',
    hostname: 'bench',
    platform: 'bench',
    version: '0',
    instanceId: 'bench',
    slots,
  };
  const { registerAgent } = await ask<{ registerAgent: { agent: { id: string } } }>(
    keys.agentKey,
    'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { agent { id } } }',
    { input: who },
  );
  const leases: LeaseRef[] = [];
  for (const { index } of slots) {
    const input = { agentId: registerAgent.agent.id, instanceId: 'bench', slotIndex: index };
    const { lease } = await ask<{ lease: LeaseRef & { reason?: string } }>(keys.agentKey, LEASE, { input });
    if (lease.reason !== undefined) throw new Error(`No lease: ${lease.reason}`);
    leases.push(lease);
  }
  return leases;
}
