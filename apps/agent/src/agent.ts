/**
 * The agent as a whole: lock the work folder, deliver what an earlier one left, find out what the machine offers,
 * register, run every slot, and leave in order when it is told to.
 */
import { randomUUID } from 'node:crypto';
import { arch, hostname, platform, release } from 'node:os';
import { ApiError, ApiUnreachable, createApiClient } from '@plumage/api-client';
import { ServerVersionDocument } from '@plumage/api-client/operations';
import { type AgentApi, createAgentApi, type Registration } from './agent.api.ts';
import { AgentFault } from './agent.error.ts';
import type { AgentOptions } from './agent.options.ts';
import { runAttempt } from './attempt.ts';
import type { AttemptContext } from './attempt.training.ts';
import type { EventLog } from './event.log.ts';
import { createCpuGauge, type GaugeReading, readGpus } from './gauge.ts';
import { deliverLeftovers } from './leftovers.ts';
import { createPatience } from './patience.ts';
import { createRunBudget, runSlot } from './slot.loop.ts';
import { planSlots, probeBackend } from './slot.probe.ts';
import { lockWorkFolder } from './work.lock.ts';

export interface AgentEdges {
  readonly log: EventLog;
  readonly version: string;
  /** The training program. */
  readonly childProgram: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by the first signal: checkpoint, release, deliver. */
  readonly leaving: AbortSignal;
  /** Aborted by the second signal, or when the grace time is over: end at once. */
  readonly giveUp: AbortSignal;
}

const longPollMs = 25_000;

/** Turns the first contact's failure into a sentence that says what to mend. */
const firstContactFault = (error: unknown, server: string): unknown => {
  if (error instanceof ApiUnreachable) {
    return new AgentFault(
      'SERVER_UNREACHABLE',
      `${error.message} Is --server right, and is the server up?`,
      error,
    );
  }
  if (!(error instanceof ApiError)) return error;
  if (error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN') {
    const mend = 'The Settings page of the server lists its agent keys and makes new ones.';
    return new AgentFault('KEY_REFUSED', `${server} refused the agent key: ${error.message} ${mend}`, error);
  }
  return new AgentFault('SERVER_UNREACHABLE', error.message, error);
};

const register = async (
  api: AgentApi,
  options: AgentOptions,
  edges: AgentEdges,
  instanceId: string,
): Promise<Registration & { readonly slotCount: number }> => {
  const [offer, gpus] = await Promise.all([
    probeBackend(edges.childProgram, options.backend, edges.env),
    readGpus(),
  ]);
  const slots = planSlots(offer, gpus, options.slots);
  const registration = await api.register({
    name: options.name,
    hostname: hostname(),
    platform: `${platform()} ${release()} ${arch()}`,
    version: edges.version,
    instanceId,
    slots,
  });
  const count = slots.length === 1 ? 'one slot' : `${slots.length} slots`;
  edges.log.say(`registered as "${options.name}" with ${count}: ${offer.backend} on ${offer.device}`);
  edges.log.say(offer.reason);
  return { ...registration, slotCount: slots.length };
};

/** The slot's GPU where there is one, else the child's share of the machine. */
const createGauge = (slotIndex: number): ((pid: number) => Promise<GaugeReading>) => {
  const cpu = createCpuGauge(() => performance.now());
  return async (pid) => {
    const gpus = await readGpus();
    const gpu = gpus.length === 0 ? undefined : gpus[slotIndex % gpus.length];
    return gpu ?? cpu(pid);
  };
};

const work = async (options: AgentOptions, edges: AgentEdges, api: AgentApi): Promise<void> => {
  const { log, giveUp } = edges;
  const faulted = new AbortController();
  const leaving = AbortSignal.any([edges.leaving, faulted.signal]);
  try {
    await api.client.request(ServerVersionDocument, {}, { signal: leaving });
  } catch (error) {
    throw firstContactFault(error, options.server);
  }
  const { workDir, server } = options;
  await deliverLeftovers({ api, workDir, server, log, signal: leaving, childGraceMs: options.graceMs });
  const instanceId = randomUUID();
  const registration = await register(api, options, edges, instanceId).catch((error: unknown) => {
    throw firstContactFault(error, options.server);
  });
  const budget = createRunBudget(options.count);
  const agentId = registration.agent.id;
  const runOneSlot = (slotIndex: number): Promise<void> => {
    const slotLog = log.with({ slot: slotIndex });
    const context: AttemptContext = {
      api,
      slotIndex,
      leaving,
      giveUp,
      log: slotLog,
      gauge: createGauge(slotIndex),
      settings: {
        ...options,
        heartbeatIntervalMs: registration.heartbeatIntervalMs,
        // Half of the grace is for the checkpoint, the rest for its delivery.
        stopGraceMs: Math.max(1_000, options.graceMs / 2),
        childProgram: edges.childProgram,
        childEnv: edges.env,
      },
    };
    return runSlot({
      api,
      agentId,
      instanceId,
      slotIndex,
      budget,
      leaving,
      sweep: options.sweep,
      codeVersion: edges.version,
      waitMs: longPollMs,
      log: slotLog,
      patience: createPatience(slotLog, 'It is asked again until it answers.'),
      runAttempt: (grant) => runAttempt(context, grant),
    });
  };
  try {
    // A fault of one slot ends the agent, but only after the others have saved their runs.
    const slots = Array.from({ length: registration.slotCount }, async (_, index) =>
      runOneSlot(index).catch((error: unknown) => {
        faulted.abort(error);
        throw error;
      }),
    );
    const failed = (await Promise.allSettled(slots)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  } finally {
    // Whatever happened, the page should not show this agent as alive; the leases were settled by the slots.
    await api.stop(agentId, instanceId, AbortSignal.timeout(3_000)).catch(() => {});
  }
};

/**
 * Works until it is told to leave or its count of runs is reached.
 * @throws AgentFault for everything that a person can mend; the reason of `giveUp` when that was aborted
 */
export const runAgent = async (options: AgentOptions, edges: AgentEdges): Promise<void> => {
  const unlock = lockWorkFolder(options.workDir);
  try {
    const client = createApiClient({ url: options.server, key: options.key, retry: { attempts: 4 } });
    await work(options, edges, createAgentApi(client));
  } catch (error) {
    if (edges.leaving.aborted && error === edges.leaving.reason) return;
    throw error;
  } finally {
    unlock();
  }
};
