/**
 * Giving out runs. An agent's standing is read, then the sweeps are asked in turn: a queued run is claimed; where
 * none is queued the sampler is asked first. Whatever is lost to another claimer on the way is tried again for a
 * moment; after that the agent waits at the bell, where an idle fleet costs one query a second.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SlotFacts } from '@plumage/contract';
import { type Caller, hearFrom, type Standing } from '../agents/agent.sql.ts';
import { BadInputError, NotFoundError } from '../errors/api.error.ts';
import type { PrismaClient, RunCommand } from '../generated/prisma/client.ts';
import type { LeaseKind } from '../renders/render.enum.ts';
import { type GrantedRender, leaseRender } from '../renders/render-lease.service.ts';
import { type GrantedLease, type Taker, takersOf } from './claim.service.ts';
import { gatherFor } from './gather.ts';
import type { WorkBell } from './work-bell.ts';

/** Below the minute after which proxies use to end a silent request. */
export const MAX_WAIT_MS = 55_000;

export interface LeaseRequest {
  readonly agentId: string;
  readonly instanceId: string;
  readonly slotIndex: number;
  /** Only runs of this sweep; null: of any. */
  readonly sweepId: string | null;
  readonly codeVersion: string | null;
  /** What the slot can be given; only training by default. */
  readonly accepts?: readonly LeaseKind[];
  /** How long to wait for work: 0 to 55,000. */
  readonly waitMs: number;
}

export interface LeaseServices {
  readonly database: PrismaClient;
  readonly bell: WorkBell;
  readonly leaseMs: number;
}

export type LeaseOutcome =
  | GrantedLease
  | GrantedRender
  | {
      readonly kind: 'no-work';
      readonly command: RunCommand | 'DRAIN' | 'STOP';
      readonly reason: string;
      readonly retryAfterMs: number;
    }
  | { readonly kind: 'quarantined'; readonly reason: string; readonly since: Date }
  | { readonly kind: 'superseded'; readonly reason: string };

const callersOf = gatherFor<Caller, Standing | undefined>({ atOnce: 2, most: 64 }, hearFrom);
/** For those who come to wait while nothing is to be had: a thousand idle agents ask some twenty times a second. */
const idleCallersOf = gatherFor<Caller, Standing | undefined>(
  { atOnce: 2, most: 64, lingerMs: 250 },
  hearFrom,
);

/**
 * @param signal aborts when the caller has gone: nothing is claimed for nobody.
 * @throws NotFoundError for an unknown agent or sweep; BadInputError for a slot that the agent did not register.
 */
export async function leaseRun(
  services: LeaseServices,
  request: LeaseRequest,
  signal?: AbortSignal,
): Promise<LeaseOutcome> {
  const accepts = request.accepts ?? ['TRAINING'];
  const deadline = performance.now() + Math.min(Math.max(request.waitMs, 0), MAX_WAIT_MS);
  for (;;) {
    const since = performance.now();
    const callers = request.waitMs > 0 && services.bell.isQuiet ? idleCallersOf : callersOf;
    const standing = await callers(services.database).ask(request);
    if (standing === undefined) throw new NotFoundError('agent', request.agentId);
    const refusal = refuse(standing, request) ?? (await refuseSweep(services.database, request.sweepId));
    if (refusal !== undefined) return refusal;
    if (signal?.aborted) return askElsewhere();
    const slot = slotFactsOf(standing);
    const { agentId, sweepId } = request;
    const asker = { agentId, sweepId, accepts, slot, since };
    const looks = request.waitMs <= 0 || services.bell.mayHaveWork(asker);
    // A person waits for pictures; nobody sits beside a training.
    const render =
      looks && accepts.includes('RENDER') ? await takeRender(services, request, standing) : undefined;
    if (render !== undefined) {
      services.bell.ring();
      return render;
    }
    const granted =
      looks && accepts.includes('TRAINING')
        ? await takeRun(services, { ...request, standing, slot, leaseMs: services.leaseMs })
        : undefined;
    if (granted !== undefined) {
      services.bell.passOn({ id: granted.sweepId, requires: granted.requires });
      return granted;
    }
    const leftMs = deadline - performance.now();
    const woken = leftMs > 0 && (await services.bell.wait(asker, leftMs, signal));
    if (signal?.aborted) return askElsewhere();
    if (!woken) return noWork('CONTINUE', 'No run is waiting.', request.waitMs > 0 ? 50 : 1_500);
  }
}

/** The caller has gone, or this process is about to: another may have work, or this one when it is back. */
const askElsewhere = (): LeaseOutcome => noWork('CONTINUE', 'This server is stopping; ask again.', 250);

const slotFactsOf = ({ backend, memoryMb, device, datasets, allowsCommand }: Standing): SlotFacts => ({
  backend: backend ?? '',
  memoryMb,
  device: device ?? '',
  datasets: datasets ?? [],
  allowsCommand,
});

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
    if (intent === 'STOP') return noWork('STOP', `This ${who} was stopped from the page.`, 3_000);
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
  command: 'CONTINUE' | 'PAUSE' | 'DRAIN' | 'STOP',
  reason: string,
  retryAfterMs: number,
): LeaseOutcome => ({
  kind: 'no-work',
  command,
  reason,
  // Jitter spreads a fleet that was started, or answered, at one moment.
  retryAfterMs: retryAfterMs + randomInt(Math.ceil(retryAfterMs / 2) + 1),
});

const takeRender = ({ database, leaseMs }: LeaseServices, request: LeaseRequest, { agentName }: Standing) =>
  leaseRender(database, { agentId: request.agentId, sweepId: request.sweepId, agentName, leaseMs });

/** Rounds of a few milliseconds each: enough for a burst of 64 claimers on one sweep, short for an idle fleet. */
const MAX_ROUNDS = 40;

/** Tries until there is an answer; rounds in which another claimer got a run do not count against this one. */
async function takeRun({ database }: LeaseServices, taker: Taker): Promise<GrantedLease | undefined> {
  for (let round = 0; round < MAX_ROUNDS; ) {
    const taken = await takersOf(database).ask(taker);
    if (taken.kind === 'granted') return taken;
    if (taken.kind === 'failed') throw taken.error;
    if (taken.kind === 'none') return undefined;
    if (taken.progress) continue;
    round += 1;
    await sleep(2 + randomInt(4 + 2 * round));
  }
  return undefined;
}
