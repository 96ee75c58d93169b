/**
 * The agent as a whole: lock the work folder, deliver what an earlier one left, find out what the machine offers,
 * register, run every slot, and leave in order when it is told to.
 */
import { randomUUID } from 'node:crypto';
import { arch, availableParallelism, hostname, platform, release } from 'node:os';
import { ApiError, ApiUnreachable, createApiClient } from '@plumage/api-client';
import { ServerVersionDocument } from '@plumage/api-client/operations';
import { type AgentApi, createAgentApi, type Registration } from './agent.api.ts';
import { AgentFault } from './agent.error.ts';
import { planSlots, type SlotPlan, visibleGpus } from './accelerator.plan.ts';
import type { AgentOptions } from './agent.options.ts';
import { runAttempt } from './attempt.ts';
import type { AttemptContext } from './attempt.training.ts';
import type { EventLog } from './event.log.ts';
import { createGpuMeter, createSlotGauge, readGpus } from './gauge.ts';
import { deliverLeftovers } from './leftovers.ts';
import { createPatience } from './patience.ts';
import { knownDatasets } from './prepared.datasets.ts';
import { runRender } from './render.attempt.ts';
import { runRenderLane } from './render.lane.ts';
import { createOccupancy } from './render.occupancy.ts';
import { openRenderRoom } from './render.room.ts';
import { concernsAll, keepSlot } from './slot.keeper.ts';
import { createRunBudget, createStoppedSlots, runSlot } from './slot.loop.ts';
import { probeBackend } from './slot.probe.ts';
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

/** Asked for; the API may end it sooner. */
const longPollMs = 50_000;

/** Turns the server's silence or refusal, at the first contact or later, into a sentence that says what to mend. */
const serverFault = (error: unknown, server: string): unknown => {
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

interface Registered extends Registration {
  readonly plans: readonly SlotPlan[];
}

const register = async (
  api: AgentApi,
  options: AgentOptions,
  edges: AgentEdges,
  instanceId: string,
): Promise<Registered> => {
  const [offer, gpus] = await Promise.all([
    probeBackend(edges.childProgram, options.backend, edges.env),
    readGpus(edges.env),
  ]);
  const plans = planSlots(offer, visibleGpus(gpus, edges.env['CUDA_VISIBLE_DEVICES']), {
    slots: options.slots,
    memoryLimitMb: options.memoryLimitMb,
    datasets: knownDatasets(options.cacheDir, options.datasets),
    cores: edges.env['PLUMAGE_THREADS'] ? undefined : availableParallelism(),
  });
  const registration = await api.register({
    name: options.name,
    hostname: hostname(),
    platform: `${platform()} ${release()} ${arch()}`,
    version: edges.version,
    instanceId,
    allowsCommand: options.allowCommand,
    slots: plans.map(({ input }) => input),
  });
  const count = plans.length === 1 ? 'one slot' : `${plans.length} slots`;
  edges.log.say(`registered as "${options.name}" with ${count}: ${offer.backend} on ${offer.device}`);
  edges.log.say(offer.reason);
  return { ...registration, plans };
};

const work = async (options: AgentOptions, edges: AgentEdges, api: AgentApi): Promise<void> => {
  const { log, giveUp } = edges;
  const faulted = new AbortController();
  const leaving = AbortSignal.any([edges.leaving, faulted.signal]);
  await api.client.request(ServerVersionDocument, {}, { signal: leaving });
  const { workDir, server } = options;
  await deliverLeftovers({ api, workDir, server, log, signal: leaving, childGraceMs: options.graceMs });
  const instanceId = randomUUID();
  const registration = await register(api, options, edges, instanceId);
  const budget = createRunBudget(options.count);
  const stopped = createStoppedSlots(registration.plans.length);
  const agentId = registration.agent.id;
  const meter = createGpuMeter(
    () => readGpus(edges.env),
    registration.heartbeatIntervalMs * 0.8,
    () => performance.now(),
  );
  const renders = openRenderRoom(api, workDir, edges.childProgram, { leaving, giveUp });
  const occupancy = createOccupancy(registration.plans.map(({ input }) => input.index));
  const runOneSlot = ({ input, env, gpuIndex }: SlotPlan): Promise<void> => {
    const { index: slotIndex, backend } = input;
    const slotLog = log.with({ slot: slotIndex });
    const context: AttemptContext = {
      api,
      slotIndex,
      leaving,
      giveUp,
      log: slotLog,
      gauge: createSlotGauge(gpuIndex, meter, () => performance.now()),
      settings: {
        ...options,
        heartbeatIntervalMs: registration.heartbeatIntervalMs,
        // Half of the grace is for the checkpoint, the rest for its delivery.
        stopGraceMs: Math.max(1_000, options.graceMs / 2),
        childProgram: edges.childProgram,
        childEnv: { ...edges.env, ...env },
      },
    };
    return runSlot({
      api,
      agentId,
      instanceId,
      slotIndex,
      budget,
      stopped,
      leaving,
      sweep: options.sweep,
      codeVersion: edges.version,
      waitMs: longPollMs,
      log: slotLog,
      patience: createPatience(slotLog, 'It is asked again until it answers.'),
      runAttempt: (grant) => occupancy.during(slotIndex, () => runAttempt(context, grant)),
      runRender: (grant) => {
        const place = { backend, env: context.settings.childEnv, log: slotLog };
        return occupancy.during(slotIndex, () => runRender(renders, place, grant));
      },
      onStanding: (standing) => occupancy.stand(slotIndex, standing),
    });
  };
  // The cores are the trainings'.
  const besideTraining = { ...edges.env, PLUMAGE_THREADS: '1' };
  const over = new AbortController();
  const lane = runRenderLane({
    api,
    agentId,
    instanceId,
    occupancy,
    sweep: options.sweep,
    codeVersion: edges.version,
    waitMs: longPollMs,
    signal: AbortSignal.any([leaving, over.signal]),
    log,
    runRender: (grant) => runRender(renders, { backend: 'wasm', env: besideTraining, log }, grant),
  });
  try {
    // What concerns the whole agent ends it, but only after every slot has saved its run.
    const slots = registration.plans.map(async (plan) => {
      const { index } = plan.input;
      const keep = { log: log.with({ slot: index }), leaving, giveUp, now: () => performance.now() };
      try {
        await keepSlot(() => runOneSlot(plan), keep);
      } catch (error) {
        if (concernsAll(error)) faulted.abort(error);
        throw error;
      } finally {
        stopped.add(index);
        occupancy.stand(index, 'aside');
      }
    });
    const failed = (await Promise.allSettled(slots)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  } finally {
    over.abort();
    await lane;
    renders.children.close();
    // Whatever happened, the page should not show this agent as alive; the leases were settled by the slots.
    await api.stop(agentId, instanceId, AbortSignal.timeout(3_000)).catch(() => {});
  }
};

/** A timer that a signal ends throws an error of its own around the signal's reason. */
const isBecauseOf = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted && (error === signal.reason || (error instanceof Error && error.cause === signal.reason));

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
    if (isBecauseOf(error, edges.leaving)) return;
    throw serverFault(error, options.server);
  } finally {
    unlock();
  }
};
