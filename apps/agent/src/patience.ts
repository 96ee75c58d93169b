/**
 * Work that must in the end succeed: while the API is away it is tried again, without end, with growing waits; the
 * first failure and the recovery are said once each. A refusal that no waiting can mend is given back to the caller.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, ApiUnreachable, retryDelayMs } from '@plumage/api-client';
import { errorCodePolicies, errorCodes } from '@plumage/contract';
import type { EventLog } from './event.log.ts';

const policy = { attempts: Number.POSITIVE_INFINITY, baseMs: 500, maxMs: 5_000 };

/** Codes that waiting can mend; a revoked key may be mended by a person. */
const isWorthWaiting = (error: unknown): boolean => {
  if (error instanceof ApiUnreachable) return true;
  if (!(error instanceof ApiError)) return false;
  if (error.code === 'UNAUTHENTICATED' || error.code === 'UNEXPECTED_ANSWER') return true;
  const code = errorCodes.find((known) => known === error.code);
  return code === undefined ? error.status >= 500 : errorCodePolicies[code].retryable;
};

export interface Patience {
  /** Runs `work` until it succeeds. @throws the refusal that waiting cannot mend; the signal's reason when aborted */
  until<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** @param does what the log says is waiting, such as "results are kept on disk" */
export const createPatience = (log: EventLog, does: string): Patience => {
  let away = false;
  return {
    async until(work, signal) {
      for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        try {
          const result = await work();
          if (away) log.say('the API answers again');
          away = false;
          return result;
        } catch (error) {
          if (signal.aborted || !isWorthWaiting(error)) throw error;
          const said = error instanceof Error ? error.message : String(error);
          if (!away) log.say(`${said} ${does}`, 'warn');
          away = true;
          await delay(retryDelayMs(policy, Math.min(attempt, 20), Math.random(), undefined), undefined, {
            signal,
          });
        }
      }
    },
  };
};
