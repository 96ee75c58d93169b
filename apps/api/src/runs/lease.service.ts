/**
 * Giving out runs. An agent's standing is read, then the sweeps are asked in turn: a queued run is claimed; where
 * none is queued the sampler is asked first. Whatever is lost to another claimer on the way is tried again for a
 * moment; after that the agent waits at the bell, where an idle fleet costs one query a second.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashSecret, newSecret } from '../access/secret.ts';
import { hearFrom, type Standing } from '../agents/agent.sql.ts';
import { BadInputError, NotFoundError } from '../errors/api.error.ts';
import type { PrismaClient, RunCommand } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { announce } from '../live/announce.sql.ts';
import { suggestRuns } from '../sweeps/suggestion.service.ts';
import { refreshAfterResume } from '../telemetry/latest.service.ts';
import { Gate } from './gate.ts';
import { type ClaimedRun, claimRun, supersedeAfter, sweepsInTurn } from './lease.sql.ts';

import { isUniqueViolation } from './unique-violation.ts';
import type { WorkBell } from './work-bell.ts';

export const MAX_WAIT_MS = 30_000;

export interface LeaseRequest {
  readonly agentId: string;
  readonly instanceId: string;
  readonly slotIndex: number;
  /** Only runs of this sweep; null: of any. */
  readonly sweepId: string | null;
  readonly codeVersion: string | null;
  /** How long to wait for work: 0 to 30,000. */
  readonly waitMs: number;
}

export interface LeaseServices {
  readonly database: PrismaClient;
  readonly bell: WorkBell;
  readonly leaseMs: number;
}

export interface GrantedLease extends ClaimedRun {
  readonly kind: 'granted';
  readonly token: string;
  readonly attemptId: string;
}

export type LeaseOutcome =
  | GrantedLease
  | {
      readonly kind: 'no-work';
      readonly command: RunCommand | 'DRAIN';
      readonly reason: string;
      readonly retryAfterMs: number;
    }
  | { readonly kind: 'quarantined'; readonly reason: string; readonly since: Date }
  | { readonly kind: 'superseded'; readonly reason: string };

/**
 * @param signal aborts when the caller has gone: nothing is claimed for nobody.
 * @throws NotFoundError for an unknown agent or sweep; BadInputError for a slot that the agent did not register.
 */
export async function leaseRun(
  services: LeaseServices,
  request: LeaseRequest,
  signal?: AbortSignal,
): Promise<LeaseOutcome> {
  const deadline = performance.now() + Math.min(Math.max(request.waitMs, 0), MAX_WAIT_MS);
  for (;;) {
    const standing = await hearFrom(services.database, request);
    if (standing === undefined) throw new NotFoundError('agent', request.agentId);
    const refusal = refuse(standing, request) ?? (await refuseSweep(services.database, request.sweepId));
    if (refusal !== undefined) return refusal;
    if (signal?.aborted) return noWork('CONTINUE', 'The caller has gone.', 0);
    const granted = await gateOf(services.database).run(() => takeRun(services, request, standing));
    if (granted !== undefined) {
      services.bell.passOn(granted.sweepId);
      return granted;
    }
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return noWork('CONTINUE', 'No run is waiting.', request.waitMs > 0 ? 50 : 1_500);
    await services.bell.wait(request.sweepId, leftMs, signal);
  }
}

function refuse(standing: Standing, request: LeaseRequest): LeaseOutcome | undefined {
  if (!standing.current) {
    const reason = `Another process has registered as ${JSON.stringify(standing.agentName)} since; this one may stop.`;
    return { kind: 'superseded', reason };
  }
  if (standing.slotId === null) {
    throw new BadInputError(
      'input.slotIndex',
      request.slotIndex,
      'the index of a slot that the agent registered',
    );
  }
  if (standing.quarantinedAt !== null) {
    return {
      kind: 'quarantined',
      reason: standing.quarantineReason ?? 'This slot is in quarantine.',
      since: standing.quarantinedAt,
    };
  }
  for (const [who, intent] of [
    ['agent', standing.agentIntent],
    ['slot', standing.slotIntent ?? 'RUN'],
  ] as const) {
    if (intent === 'PAUSE') return noWork('PAUSE', `This ${who} was paused from the page.`, 3_000);
    if (intent === 'DRAIN') return noWork('DRAIN', `This ${who} is draining: it takes no more runs.`, 3_000);
    if (intent === 'STOP') return noWork('DRAIN', `This ${who} was stopped from the page.`, 3_000);
  }
  return undefined;
}

/** An agent that serves one sweep (`--sweep`) is told to go home when that sweep is over. */
async function refuseSweep(
  database: PrismaClient,
  sweepId: string | null,
): Promise<LeaseOutcome | undefined> {
  if (sweepId === null) return undefined;
  const sweep = await database.sweep.findUnique({ where: { id: sweepId }, select: { state: true } });
  if (sweep === null) throw new NotFoundError('sweep', sweepId);
  if (sweep.state !== 'FINISHED' && sweep.state !== 'CANCELLED') return undefined;
  return noWork('DRAIN', `The sweep is ${sweep.state.toLowerCase()}.`, 3_000);
}

const noWork = (
  command: 'CONTINUE' | 'PAUSE' | 'DRAIN',
  reason: string,
  retryAfterMs: number,
): LeaseOutcome => ({
  kind: 'no-work',
  command,
  reason,
  // Jitter spreads a fleet that was started, or answered, at one moment.
  retryAfterMs: retryAfterMs + randomInt(Math.ceil(retryAfterMs / 2) + 1),
});

const CLAIMERS_AT_ONCE = 8;

const gates = new WeakMap<PrismaClient, Gate>();

/** One gate for each database of this process. */
function gateOf(database: PrismaClient): Gate {
  const known = gates.get(database);
  if (known !== undefined) return known;
  const gate = new Gate(CLAIMERS_AT_ONCE);
  gates.set(database, gate);
  return gate;
}

/** Rounds of a few milliseconds each: enough for a burst of 64 claimers on one sweep, short for an idle fleet. */
const MAX_ROUNDS = 40;

async function takeRun(
  services: LeaseServices,
  request: LeaseRequest,
  standing: Standing,
): Promise<GrantedLease | undefined> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let contended = false;
    for (const turn of await sweepsInTurn(services.database, request.sweepId)) {
      const claimed = turn.claimable ? await claim(services, request, standing, turn.id) : 'none';
      if (typeof claimed === 'object') return claimed;
      if (claimed === 'lost-permit') contended = true;
      if (!turn.suggestable) continue;
      const suggested = await suggestRuns(services.database, turn.id);
      if (suggested === 'none') continue;
      contended = true;
      const second = await claim(services, request, standing, turn.id);
      if (typeof second === 'object') return second;
    }
    if (!contended) return undefined;
    await sleep(2 + randomInt(4 + 2 * round));
  }
  return undefined;
}

async function claim(
  services: LeaseServices,
  request: LeaseRequest,
  standing: Standing,
  sweepId: string,
): Promise<GrantedLease | 'none' | 'lost-permit'> {
  const token = newSecret('run');
  const attemptId = newId();
  try {
    const claimed = await services.database.$transaction(async (tx) => {
      const run = await claimRun(tx, {
        sweepId,
        attemptId,
        tokenHash: hashSecret(token),
        leaseMs: services.leaseMs,
        agentId: request.agentId,
        agentName: standing.agentName,
        slotId: standing.slotId ?? '',
        slotIndex: request.slotIndex,
        backend: standing.backend ?? '',
        device: standing.device ?? '',
        codeVersion: request.codeVersion,
      });
      if (run === undefined) return undefined;
      if (run.epoch > 1) {
        const keptThrough = run.checkpointStep ?? -1;
        const keys = await supersedeAfter(tx, { runId: run.id, epoch: run.epoch, keptThrough });
        await refreshAfterResume(tx, run.id, keys);
      }
      await announce(tx, [
        { kind: 'RUN', sweepId: run.sweepId, runId: run.id, detail: { state: 'RUNNING' } },
        { kind: 'AGENT', agentId: request.agentId },
      ]);
      return run;
    });
    return claimed === undefined ? 'none' : { kind: 'granted', ...claimed, token, attemptId };
  } catch (error) {
    if (isUniqueViolation(error)) return 'lost-permit';
    throw error;
  }
}
