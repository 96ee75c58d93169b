/**
 * What an idle fleet costs one API process, and how soon it starts to work: simulated agents poll over real HTTP with
 * the agent's own operation and waits, each on a connection of its own, while nothing is to be done; then sweeps of
 * one run are made one after the other. The API's processor time is its own account of itself (/metrics).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { print } from 'graphql';
import { bootstrap } from '../../apps/api/src/access/bootstrap.service.ts';
import { createDatabase } from '../../apps/api/src/database.ts';
import { newId } from '../../apps/api/src/id.ts';
import {
  LeaseDocument,
  type LeaseInput,
  type LeaseMutation,
  RegisterAgentDocument,
  type RegisterAgentInput,
  SettleDocument,
} from '../../libs/api-client/src/generated/graphql.ts';
import { type ApiProcess, startApi } from '../server/api.process.ts';

export interface IdleShape {
  readonly agents: number;
  readonly seconds: number;
  readonly starts: number;
  readonly profileFolder: string | undefined;
}

/** What apps/agent asks for while it has nothing to do: 0.8 to 1 times this. */
const WAIT_MS = 50_000;
const LEASE = print(LeaseDocument);
const CREATE = `mutation ($input: CreateSweepInput!) {
  createSweep(input: $input) { ... on SweepCreated { sweep { id } } } }`;

export async function idle(databaseUrl: string, shape: IdleShape, note: (line: string) => void) {
  const database = createDatabase(databaseUrl, { maxConnections: 1 });
  const keys = await bootstrap(database.prisma);
  await database.close();
  const api = await startApi({ databaseUrl, logLevel: 'info', profileFolder: shape.profileFolder });
  const fleet = new IdleFleet(api, keys.agentKey);
  try {
    await fleet.start(shape.agents);
    // Every agent has asked twice by then, and what is hot has been compiled.
    const warmUpMs = 60_000;
    note(`${shape.agents} idle agents poll; measured for ${shape.seconds} s after ${warmUpMs / 1000} s`);
    await sleep(warmUpMs);
    const cost = await measure(api, fleet, shape.seconds);
    note(`${shape.starts} sweeps of one run are made one after the other`);
    const startMs: number[] = [];
    for (let i = 0; i < shape.starts; i++) startMs.push(await startOf(api, fleet, keys.userKey));
    startMs.sort((a, b) => a - b);
    return {
      idleAgents: shape.agents,
      idleSeconds: shape.seconds,
      ...cost,
      startMsMedian: Math.round(startMs[Math.floor(startMs.length / 2)] ?? 0),
      startMsMax: Math.round(startMs.at(-1) ?? 0),
    };
  } finally {
    fleet.stop();
    await api.stop();
  }
}

async function measure(api: ApiProcess, fleet: IdleFleet, seconds: number) {
  const [before, asked, started] = [await api.cpuSeconds(), fleet.asked, performance.now()];
  await sleep(seconds * 1000);
  const used = (await api.cpuSeconds()) - before;
  const wall = (performance.now() - started) / 1000;
  const polls = fleet.asked - asked;
  return {
    idleCpuPercent: Number(((100 * used) / wall).toFixed(2)),
    idlePollsPerSecond: Number((polls / wall).toFixed(1)),
  };
}

/** Milliseconds from the moment that a person sends a sweep to that at which an agent has its run. */
async function startOf(api: ApiProcess, fleet: IdleFleet, userKey: string): Promise<number> {
  const definition = { method: 'grid', parameters: { seed: { values: [1] } } };
  const taken = fleet.nextGrant();
  const sent = performance.now();
  await api.ask(userKey, CREATE, { input: { source: JSON.stringify(definition) } });
  const startMs = (await taken) - sent;
  await sleep(500 + Math.random() * 1000); // So that starts do not fall in step with the API's own beat.
  return startMs;
}

class IdleFleet {
  asked = 0;
  private stopped = false;
  private granted: ((at: number) => void) | undefined;

  constructor(
    private readonly api: ApiProcess,
    private readonly key: string,
  ) {}

  /** Resolves when every agent has asked. */
  async start(agents: number): Promise<void> {
    for (let i = 0; i < agents; i++) {
      const input = registrationOf(i);
      const { registerAgent } = await this.api.ask<{ registerAgent: { agent: { id: string } } }>(
        this.key,
        print(RegisterAgentDocument),
        { input },
      );
      void this.live(registerAgent.agent.id, input.instanceId).catch((error: unknown) => {
        if (!this.stopped) throw error;
      });
    }
  }

  stop(): void {
    this.stopped = true;
  }

  /** When the next run is given out, by performance.now(). */
  nextGrant(): Promise<number> {
    return new Promise((resolve) => {
      this.granted = resolve;
    });
  }

  private async live(agentId: string, instanceId: string): Promise<void> {
    while (!this.stopped) {
      this.asked += 1;
      const waitMs = Math.round(WAIT_MS * (0.8 + 0.2 * Math.random()));
      const accepts: LeaseInput['accepts'] = ['TRAINING', 'RENDER'];
      const input: LeaseInput = { agentId, instanceId, slotIndex: 0, codeVersion: '0', waitMs, accepts };
      const { lease } = await this.api.ask<LeaseMutation>(this.key, LEASE, { input });
      if (lease.__typename === 'LeaseGranted') {
        this.granted?.(performance.now());
        const { runId, epoch, token } = lease;
        const settling = { lease: { runId, epoch, token }, outcome: 'FINISHED', step: 1 };
        await this.api.ask(this.key, print(SettleDocument), { input: settling });
      } else if (lease.__typename === 'NoWork') {
        await sleep(lease.retryAfterMs * (0.8 + 0.4 * Math.random()));
      } else throw new Error(`An idle agent was told ${lease.__typename}.`);
    }
  }
}

const registrationOf = (index: number): RegisterAgentInput => ({
  name: `idle ${index}`,
  hostname: 'bench',
  platform: 'bench',
  version: '0',
  instanceId: newId(),
  slots: [{ index: 0, backend: 'none', device: 'none' }],
});
