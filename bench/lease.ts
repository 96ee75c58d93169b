/**
 * Two figures of the lease. How many runs a second one API process gives out: simulated agents, each with one slot,
 * race for the runs of one sweep and settle each as finished, in process through the service layer (no HTTP, no JSON),
 * against a real Postgres; a duplicate is a run that was given to two agents, or an assignment that two runs have.
 * And what as many idle agents cost one API process over HTTP, and how soon one of them starts (lease/idle.ts).
 */
import { parseArgs } from 'node:util';
import { hashSecret } from '../apps/api/src/access/secret.ts';
import { registerAgent } from '../apps/api/src/agents/agent.service.ts';
import { createDatabase } from '../apps/api/src/database.ts';
import type { PrismaClient } from '../apps/api/src/generated/prisma/client.ts';
import { newId } from '../apps/api/src/id.ts';
import { sweepsWithRenders } from '../apps/api/src/renders/render.sql.ts';
import { leaseRun, type LeaseServices } from '../apps/api/src/runs/lease.service.ts';
import { settleRun } from '../apps/api/src/runs/settle.service.ts';
import { WorkBell } from '../apps/api/src/runs/work-bell.ts';
import { createSweep } from '../apps/api/src/sweeps/sweep.service.ts';
import { sweepsWithWork } from '../apps/api/src/sweeps/sweep.sql.ts';
import { withPostgres } from './database/postgres.session.ts';
import { idle } from './lease/idle.ts';

export const usage =
  'lease [--agents 1000] [--runs 10000] [--method grid] [--idle-seconds 60] [--profile FOLDER]: runs that one API process gives out and settles a second, duplicates; what idle agents cost it (0: not measured), and how soon one starts';

/** Sweeps that are made while the fleet is idle. */
const STARTS = 15;

const LEASE_MS = 45_000;

export async function run(args: string[], note: (line: string) => void) {
  const { values } = parseArgs({
    args,
    options: {
      agents: { type: 'string', default: '1000' },
      runs: { type: 'string', default: '10000' },
      method: { type: 'string', default: 'grid' },
      'idle-seconds': { type: 'string', default: '60' },
      profile: { type: 'string' },
    },
  });
  const [agents, runs] = [count('agents', values.agents), count('runs', values.runs)];
  const seconds = values['idle-seconds'] === '0' ? 0 : count('idle-seconds', values['idle-seconds']);
  return await withPostgres(async (url) => {
    const { prisma: database, close } = createDatabase(url);
    const raced = await race(database, { agents, runs, method: values.method }, note).finally(close);
    if (seconds === 0) return raced;
    const shape = { agents, seconds, starts: STARTS, profileFolder: values.profile };
    return { ...raced, ...(await idle(url, shape, note)) };
  });
}

/** @throws Error unless it is a whole number of at least 1. */
function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} must be a whole number of at least 1, got ${text}`);
  return value;
}

interface Race {
  readonly agents: number;
  readonly runs: number;
  /** How the sweep suggests: a grid over one parameter, or another method over two. */
  readonly method: string;
}

async function race(database: PrismaClient, { agents, runs, method }: Race, note: (line: string) => void) {
  await makeSweep(database, runs, method);
  const fleet = await makeFleet(database, agents);
  note(`${agents} agents race for ${runs} runs`);
  const bell = new WorkBell({
    sweepsWithWork: () => sweepsWithWork(database),
    sweepsWithRenders: () => sweepsWithRenders(database),
    onError: () => undefined,
  });
  const services: LeaseServices = { database, bell, leaseMs: LEASE_MS };
  const given: string[] = [];
  const waits: number[] = [];
  const started = performance.now();
  await Promise.all(
    fleet.map(async (agent) => {
      for (;;) {
        const asked = performance.now();
        const outcome = await leaseRun(services, {
          ...agent,
          slotIndex: 0,
          sweepId: null,
          codeVersion: null,
          waitMs: 0,
        });
        if (outcome.kind !== 'granted') return;
        waits.push(performance.now() - asked);
        given.push(outcome.id);
        const fence = { runId: outcome.id, epoch: outcome.epoch, tokenHash: hashSecret(outcome.token) };
        await settleRun(database, fence, {
          outcome: 'FINISHED',
          step: 1,
          failureClass: null,
          failureMessage: null,
        });
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const rows = await database.run.findMany({
    select: { assignmentKey: true, leaseEpoch: true, state: true },
  });
  const twice = given.length - new Set(given).size;
  const alike = rows.length - new Set(rows.map((row) => row.assignmentKey)).size;
  waits.sort((a, b) => a - b);
  return {
    claimsPerSecond: Math.round(given.length / seconds),
    duplicates: twice + alike + rows.filter((row) => row.leaseEpoch > 1).length,
    agents,
    runs: given.length,
    unfinished: runs - rows.filter((row) => row.state === 'FINISHED').length,
    seconds: Number(seconds.toFixed(2)),
    medianWaitMs: Math.round(waits[Math.floor(waits.length / 2)] ?? 0),
  };
}

async function makeSweep(database: PrismaClient, runs: number, method: string): Promise<void> {
  const values = Array.from({ length: runs }, (_, i) => i + 1);
  const grid = { method, parameters: { seed: { values } } };
  const drawn = {
    ...{ method, run_cap: runs, metric: { name: 'loss', goal: 'minimize' } },
    parameters: { learning_rate: { min: 0.0001, max: 0.1 }, beta1: { min: 0.1, max: 0.9 } },
  };
  const source = JSON.stringify(method === 'grid' ? grid : drawn);
  const created = await createSweep(database, { projectId: null, source });
  if (!created.ok) throw new Error(JSON.stringify(created.problems));
}

async function makeFleet(database: PrismaClient, agents: number) {
  const key = await database.apiKey.create({
    data: { id: newId(), kind: 'AGENT', name: 'bench', prefix: 'plu_agent_', hash: newId() },
  });
  const slots = [
    { index: 0, backend: 'none', device: 'none', memoryMb: null, memoryLimitMb: null, datasets: [] },
  ];
  const fleet: { agentId: string; instanceId: string }[] = [];
  for (let i = 0; i < agents; i++) {
    const instanceId = newId();
    const who = {
      name: `agent ${i}`,
      hostname: 'bench',
      platform: 'bench',
      version: '0',
      instanceId,
      allowsCommand: false,
      slots,
    };
    const { agent } = await registerAgent(database, { kind: 'agent', keyId: key.id, keyName: key.name }, who);
    fleet.push({ agentId: agent.id, instanceId });
  }
  return fleet;
}
