/**
 * A database of a test's own with what a fleet needs: sweeps made of real definitions, agents with slots, leases.
 * Everything goes through the services, so a fixture cannot say what the server would not.
 */
import { createHash } from 'node:crypto';
import { createTestDatabase } from '../../../../tools/testing/test-database.ts';
import { hashSecret } from '../access/secret.ts';
import { registerAgent } from '../agents/agent.service.ts';
import { createDatabase } from '../database.ts';
import type { Agent, PrismaClient, Sweep } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import type { Fence } from '../runs/lease.sql.ts';
import type { GrantedLease } from '../runs/claim.service.ts';
import { type LeaseOutcome, type LeaseRequest, leaseRun } from '../runs/lease.service.ts';
import { sweepsWithRenders } from '../renders/render.sql.ts';
import { WorkBell } from '../runs/work-bell.ts';
import { createSweep } from '../sweeps/sweep.service.ts';
import { sweepsWithWork } from '../sweeps/sweep.sql.ts';

export const LEASE_MS = 45_000;

export interface Fleet {
  readonly url: string;
  readonly database: PrismaClient;
  readonly bell: WorkBell;
  sweep(source: object): Promise<Sweep>;
  agent(name?: string, slots?: number): Promise<Agent>;
  lease(agent: Agent, request?: Partial<LeaseRequest>): Promise<LeaseOutcome>;
  /** A lease that must be granted. */
  take(agent: Agent, request?: Partial<LeaseRequest>): Promise<GrantedLease>;
  /** A stored blob's address. */
  blob(text: string): Promise<string>;
  close(): Promise<void>;
}

/** A hundred points of a grid over two hyperparameters. */
export const grid100 = {
  method: 'grid',
  metric: { name: 'eval/r_precision', goal: 'maximize' },
  parameters: {
    batch_size: { values: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
    generator_width: { values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
  },
};

/** So many points of a grid over one hyperparameter. */
export const gridOf = (points: number, more: object = {}) => ({
  method: 'grid',
  metric: { name: 'eval/r_precision', goal: 'maximize' },
  parameters: { seed: { values: Array.from({ length: points }, (_, i) => i + 1) } },
  ...more,
});

export async function startFleet(maxConnections = 16): Promise<Fleet> {
  const testDatabase = await createTestDatabase();
  const { prisma: database, close } = createDatabase(testDatabase.url, { maxConnections });
  const bell = new WorkBell({
    sweepsWithWork: () => sweepsWithWork(database),
    sweepsWithRenders: () => sweepsWithRenders(database),
    onError: () => undefined, // A last question may meet a database that is being closed.
    intervalMs: 50,
  });
  const key = await database.apiKey.create({
    data: { id: newId(), kind: 'AGENT', name: 'fleet', prefix: 'plu_agent_', hash: newId() },
  });
  const lease: Fleet['lease'] = (agent, request = {}) =>
    leaseRun(
      { database, bell, leaseMs: LEASE_MS },
      {
        agentId: agent.id,
        instanceId: agent.instanceId,
        slotIndex: 0,
        sweepId: null,
        codeVersion: 'test',
        waitMs: 0,
        ...request,
      },
    );
  return {
    url: testDatabase.url,
    database,
    bell,
    lease,
    sweep: async (source) => {
      const created = await createSweep(database, { projectId: null, source: JSON.stringify(source) });
      if (!created.ok) throw new Error(JSON.stringify(created.problems));
      return created.sweep;
    },
    agent: async (name = 'wren', slots = 1) => {
      const { agent } = await registerAgent(
        database,
        { kind: 'agent', keyId: key.id, keyName: key.name },
        registration(name, slots),
      );
      return agent;
    },
    take: async (agent, request) => {
      const outcome = await lease(agent, request);
      if (outcome.kind !== 'granted') throw new Error(`expected a lease, got ${JSON.stringify(outcome)}`);
      return outcome;
    },
    blob: async (text) => {
      const sha256 = createHash('sha256').update(text).digest('hex');
      const data = { sha256, size: BigInt(text.length), contentType: 'image/png' };
      await database.blob.createMany({ data, skipDuplicates: true });
      return sha256;
    },
    close: async () => {
      await close();
      await testDatabase.drop();
    },
  };
}

/** What a process called `name` registers with; a new instance each time. */
export const registration = (name: string, slots = 1) => ({
  name,
  hostname: 'box',
  platform: 'linux x64',
  version: '0.1.0',
  instanceId: newId(),
  allowsCommand: false,
  slots: Array.from({ length: slots }, (_, index) => ({
    index,
    backend: 'wasm',
    device: 'cpu',
    memoryMb: null,
    memoryLimitMb: null,
    datasets: [],
  })),
});

export const fenceOfLease = (granted: GrantedLease): Fence => ({
  runId: granted.id,
  epoch: granted.epoch,
  tokenHash: hashSecret(granted.token),
});

/** Backdates a lease so that it has run out. */
export async function expire(database: PrismaClient, runId: string): Promise<void> {
  await database.$executeRaw`
    update "Run" set "leaseExpiresAt" = now() - interval '1 second' where id = ${runId}::uuid`;
}

/** Ends a back-off's wait. */
export async function endWait(database: PrismaClient, runId: string): Promise<void> {
  await database.$executeRaw`update "Run" set "notBefore" = now() - interval '1 second' where id = ${runId}::uuid`;
}
