/**
 * The end of an attempt: everything spooled is delivered, then the lease is settled, then the folder goes. The same
 * for a run that has just ended and for what an earlier agent has left behind.
 */
import type { LeaseRef } from '@plumage/api-client/operations';
import { ApiError } from '@plumage/api-client';
import type { AgentApi, Command } from './agent.api.ts';
import type { Verdict } from './attempt.verdict.ts';
import type { Failure } from './child.failure.ts';
import type { EventLog } from './event.log.ts';
import { createPatience } from './patience.ts';
import type { RunFolder } from './run.folder.ts';
import { type Shipper, startShipper } from './shipper.ts';
import { isDiskFull, SpoolFull } from './spool/spool.error.ts';
import { type LostRecords, openSpoolReader } from './spool/spool.reader.ts';
import type { Ended } from './spool/spool.record.ts';

export type Delivered =
  | { readonly kind: 'flushed' }
  | { readonly kind: 'lease_lost' }
  /** The agent's own disk or code failed: what was not delivered cannot be. */
  | { readonly kind: 'fault'; readonly failure: Failure };

export interface Delivery {
  /** No more results will be written: sends what is there. Rejects with the signal's reason. */
  results(): Promise<Delivered>;
  /** The same for the output; to be called when the last line was written. */
  output(): Promise<Delivered>;
  /** The child's last word, once it has passed. */
  ended(): Ended | undefined;
}

export interface DeliveryOptions {
  readonly api: AgentApi;
  readonly folder: RunFolder;
  readonly lease: LeaseRef;
  readonly log: EventLog;
  readonly onCommand: (command: Command) => void;
  /** Results cannot be delivered any more: training on would be for nothing. */
  readonly onFault?: (failure: Failure) => void;
  readonly signal: AbortSignal;
}

const pollMs = 250;

/** A failure of the agent's own disk or code while it works for a run. */
export const ownFailure = (what: string, error: unknown): Failure => ({
  failureClass: error instanceof SpoolFull || isDiskFull(error) ? 'storage_full' : 'crashed',
  message: `${what}: ${error instanceof Error ? error.message : String(error)}`,
});

const lostWords = ({ from, before, why }: LostRecords): string => {
  const count = before - from;
  return `${count === 1 ? 'one record' : `up to ${count} records`} of this run's results cannot be read: ${why}`;
};

/** Ships a run folder's two spools side by side: the child's results, and its output. */
export const startDelivery = (options: DeliveryOptions): Delivery => {
  const { log, signal } = options;
  let ended: Ended | undefined;
  const ship = (path: string): Shipper =>
    startShipper({
      ...options,
      spool: openSpoolReader(path, { onLost: (lost) => log.say(lostWords(lost), 'error') }),
      pollMs,
      onEnded: (last) => {
        ended = last;
      },
    });
  const outcomeOf = async (shipper: Shipper): Promise<Delivered> => {
    try {
      const result = await shipper.done;
      if (result.kind === 'lease_lost') options.onCommand({ command: 'LEASE_LOST', reason: result.reason });
      return { kind: result.kind };
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = ownFailure('The results could not be delivered', error);
      options.onFault?.(failure);
      return { kind: 'fault', failure };
    }
  };
  const start = (path: string): (() => Promise<Delivered>) => {
    const shipper = ship(path);
    const outcome = outcomeOf(shipper);
    // It is awaited at the end of the attempt; a rejection before that is no unhandled one.
    outcome.catch(() => {});
    return () => {
      shipper.close();
      return outcome;
    };
  };
  return { results: start(options.folder.spool), output: start(options.folder.logs), ended: () => ended };
};

export interface SettleOptions {
  readonly api: AgentApi;
  readonly lease: LeaseRef;
  readonly log: EventLog;
  readonly verdict: Verdict;
  readonly step: number;
  readonly peakMemoryMb: number | null;
  readonly signal: AbortSignal;
}

/** Tells the API how the attempt ended, as often as it takes. */
export const settleAttempt = async (options: SettleOptions): Promise<'settled' | 'lease_lost'> => {
  const { api, lease, log, verdict, step, peakMemoryMb, signal } = options;
  const patience = createPatience(log, 'The end of this run is reported later.');
  try {
    return await patience.until(() => api.settle({ lease, step, peakMemoryMb, ...verdict }, signal), signal);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Nobody can mend it here; the API takes the run back when the lease runs out.
    log.say(`the API refused the end of this run: ${error.message}`, 'error');
    return 'settled';
  }
};

export const describeVerdict = (verdict: Verdict, step: number): string => {
  const why = verdict.failureMessage === null ? '' : ` (${verdict.failureClass}): ${verdict.failureMessage}`;
  return `${verdict.outcome.toLowerCase()} at step ${step}${why}`;
};
