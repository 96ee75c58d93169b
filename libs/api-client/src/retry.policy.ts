/**
 * When to try again and how long to wait. Full jitter (a uniform draw below an exponentially growing bound) keeps a
 * fleet whose API restarts from returning in step; a server's Retry-After is a floor under the draw.
 */

export interface RetryPolicy {
  /** Tries in all, at least 1. */
  readonly attempts: number;
  /** Bound of the first wait. */
  readonly baseMs: number;
  /** Bound that the growing wait never passes. Retry-After may. */
  readonly maxMs: number;
}

export const defaultRetry: RetryPolicy = { attempts: 5, baseMs: 250, maxMs: 10_000 };

/** Answers that mean "later": too many requests, and gateways whose API is away for a moment. */
export const isTransientStatus = (status: number): boolean =>
  status === 429 || status === 502 || status === 503 || status === 504;

/**
 * Wait before try number `attempt + 1`, in ms.
 * @param attempt tries made so far, from 1
 * @param random uniform in [0, 1)
 * @param retryAfterMs what the server asked for, if it did
 */
export const retryDelayMs = (
  policy: RetryPolicy,
  attempt: number,
  random: number,
  retryAfterMs: number | undefined,
): number => {
  const bound = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  return Math.round((retryAfterMs ?? 0) + random * bound);
};

/** Retry-After as ms: seconds or an HTTP date (RFC 9110, 10.2.3); undefined when absent or unreadable. */
export const parseRetryAfter = (header: string | null, nowMs: number): number | undefined => {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
};
