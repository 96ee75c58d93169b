/**
 * Carries one spool to the API, in the order in which it was written: a checkpoint is reported only after every point
 * before it was acknowledged. Records leave the disk only after the API has them.
 */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '@plumage/api-client';
import type { LeaseRef } from '@plumage/api-client/operations';
import type { AgentApi, Command, ReportOutcome } from './agent.api.ts';
import type { EventLog } from './event.log.ts';
import { createPatience } from './patience.ts';
import type { SpooledRecord, SpoolReader } from './spool/spool.reader.ts';
import { type Ended, filesOf, type SpoolRecord } from './spool/spool.record.ts';

export interface ShipperOptions {
  readonly api: AgentApi;
  readonly spool: SpoolReader;
  readonly lease: LeaseRef;
  readonly log: EventLog;
  /** How often an idle spool is looked at. */
  readonly pollMs: number;
  /** What the API wants besides, such as a pruned run's end. */
  readonly onCommand: (command: Command) => void;
  /** The child's own last word has been passed. */
  readonly onEnded: (ended: Ended) => void;
  readonly signal: AbortSignal;
}

export type ShipResult =
  | { readonly kind: 'flushed' }
  | { readonly kind: 'lease_lost'; readonly reason: string };

export interface Shipper {
  /** No more will be written: ship what is there and end. */
  close(): void;
  /** Ends once the spool is closed and empty, or the lease is lost. Rejects with the signal's reason when aborted. */
  readonly done: Promise<ShipResult>;
}

/** What became of a record: the API's answer, or that its payload was given up to make room. */
type Shipped = ReportOutcome | { readonly kind: 'given_up' };

const taken: ReportOutcome = { kind: 'taken', command: { command: 'CONTINUE', reason: null } };

/** @returns false when the payload is not on the disk any more */
const sendPayload = async (
  { api, spool, signal }: ShipperOptions,
  file: string,
  contentType?: string,
): Promise<boolean> => {
  try {
    const type = contentType === undefined ? {} : { contentType };
    await api.client.putBlob({ file: spool.payloadPath(file) }, { ...type, signal });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
};

/** Sends one record; blobs go before the report that names them. */
const sendRecord = async (options: ShipperOptions, entry: SpooledRecord): Promise<Shipped> => {
  const { api, lease, signal } = options;
  const { record } = entry;
  switch (record.type) {
    case 'metrics':
      return api.reportMetrics({ lease, sequence: entry.sequence, columns: record.columns }, signal);
    case 'logs':
      return api.reportLogs({ lease, lines: record.lines }, signal);
    case 'samples': {
      const samples = [];
      for (const { file, sha256, kind, step, prompt, promptIndex, seed, width, height } of record.samples) {
        // One that is gone was sent before a crash; the API knows.
        await sendPayload(options, file, 'image/png');
        samples.push({ kind, step, prompt, promptIndex, seed, width, height, blobSha256: sha256 });
      }
      return api.reportSamples({ lease, samples }, signal);
    }
    case 'checkpoint': {
      const files = [];
      for (const { name, file, sha256 } of record.files) {
        if (!(await sendPayload(options, file))) return { kind: 'given_up' };
        files.push({ name, blobSha256: sha256 });
      }
      return api.reportCheckpoint({ lease, step: record.step, files }, signal);
    }
    case 'ended':
      return taken;
  }
};

const describeRecord = (record: SpoolRecord): string => {
  switch (record.type) {
    case 'metrics':
      return 'a batch of points';
    case 'logs':
      return `${record.lines.length} log lines`;
    case 'samples':
      return `${record.samples.length} samples`;
    case 'checkpoint':
      return `the checkpoint of step ${record.step}`;
    case 'ended':
      return 'the end';
  }
};

export const startShipper = (options: ShipperOptions): Shipper => {
  const { spool, log, signal } = options;
  const patience = createPatience(log, 'Training goes on; its results are kept on disk and sent later.');
  let closed = false;

  const send = async (entry: SpooledRecord): Promise<Shipped> => {
    try {
      return await sendRecord(options, entry);
    } catch (error) {
      // The store lost a file between upload and report (it collects what nothing points at): sending again uploads
      // it again, but one that is gone here too would be asked for without end.
      const isMissing = error instanceof ApiError && error.code === 'BLOB_MISSING';
      if (isMissing && filesOf(entry.record).some(({ file }) => !existsSync(spool.payloadPath(file)))) {
        return { kind: 'refused', reason: error.message };
      }
      throw error;
    }
  };

  const deliver = async (entry: SpooledRecord): Promise<Shipped> => {
    try {
      return await patience.until(() => send(entry), signal);
    } catch (error) {
      // A refusal would come again each time and hold up everything behind it.
      if (error instanceof ApiError) return { kind: 'refused', reason: error.message };
      throw error;
    }
  };

  const ship = async (): Promise<ShipResult> => {
    for (;;) {
      signal.throwIfAborted();
      // Read before looking: what was written until then is seen by this look.
      const last = closed;
      const entry = spool.next();
      if (entry === undefined) {
        if (last) {
          if (spool.unreadBytes() > 0) log.say('the last record was cut off while it was being written');
          return { kind: 'flushed' };
        }
        await delay(options.pollMs, undefined, { signal });
        continue;
      }
      const outcome = await deliver(entry);
      switch (outcome.kind) {
        case 'lease_lost':
          return outcome;
        case 'refused':
          log.say(`the API refused ${describeRecord(entry.record)}: ${outcome.reason}`, 'error');
          break;
        case 'given_up':
          log.say(
            `${describeRecord(entry.record)} is not sent: its room was needed for newer results`,
            'warn',
          );
          break;
        case 'taken':
          if (outcome.command.command !== 'CONTINUE') options.onCommand(outcome.command);
      }
      spool.acknowledge(entry);
      if (entry.record.type === 'ended') options.onEnded(entry.record);
    }
  };

  return {
    close: () => {
      closed = true;
    },
    done: ship(),
  };
};
