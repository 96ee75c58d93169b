/**
 * The end of an attempt: everything spooled is delivered, then the lease is settled, then the folder goes. The same
 * for a run that has just ended and for what an earlier agent has left behind.
 */
import type { LeaseRef } from '@plumage/api-client/operations';
import { ApiError } from '@plumage/api-client';
import type { AgentApi, Command } from './agent.api.ts';
import type { Verdict } from './attempt.verdict.ts';
import type { EventLog } from './event.log.ts';
import { createPatience } from './patience.ts';
import type { RunFolder } from './run.folder.ts';
import { type Shipper, startShipper } from './shipper.ts';
import { openSpoolReader } from './spool/spool.reader.ts';
import type { Ended } from './spool/spool.record.ts';

export interface Delivery {
  /** Nothing more will be written. */
  close(): void;
  /** Ends when both spools are delivered, or the lease is lost. */
  readonly done: Promise<'flushed' | 'lease_lost'>;
  /** The child's last word, once it has passed. */
  ended(): Ended | undefined;
}

export interface DeliveryOptions {
  readonly api: AgentApi;
  readonly folder: RunFolder;
  readonly lease: LeaseRef;
  readonly log: EventLog;
  readonly onCommand: (command: Command) => void;
  readonly signal: AbortSignal;
}

const pollMs = 250;

/** Ships a run folder's two spools side by side: the child's results, and its output. */
export const startDelivery = (options: DeliveryOptions): Delivery => {
  let ended: Ended | undefined;
  const ship = (path: string): Shipper =>
    startShipper({
      ...options,
      spool: openSpoolReader(path),
      pollMs,
      onEnded: (last) => {
        ended = last;
      },
    });
  const shippers = [ship(options.folder.spool), ship(options.folder.logs)];
  const done = Promise.all(
    shippers.map(async (shipper) => {
      const result = await shipper.done;
      if (result.kind === 'lease_lost') options.onCommand({ command: 'LEASE_LOST', reason: result.reason });
      return result.kind;
    }),
  ).then((kinds) => (kinds.includes('lease_lost') ? 'lease_lost' : 'flushed'));
  // It is awaited at the end of the attempt; a rejection before that is no unhandled one.
  done.catch(() => {});
  return {
    close: () => {
      for (const shipper of shippers) shipper.close();
    },
    done,
    ended: () => ended,
  };
};

export interface SettleOptions {
  readonly api: AgentApi;
  readonly lease: LeaseRef;
  readonly log: EventLog;
  readonly verdict: Verdict;
  readonly step: number;
  readonly signal: AbortSignal;
}

/** Tells the API how the attempt ended, as often as it takes. */
export const settleAttempt = async (options: SettleOptions): Promise<'settled' | 'lease_lost'> => {
  const { api, lease, log, verdict, step, signal } = options;
  const patience = createPatience(log, 'The end of this run is reported later.');
  try {
    return await patience.until(() => api.settle({ lease, step, ...verdict }, signal), signal);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Nobody can mend it here; the API takes the run back when the lease runs out.
    log.say(`the API refused the end of this run: ${error.message}`, 'error');
    return 'settled';
  }
};
