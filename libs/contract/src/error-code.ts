/**
 * The stable codes of GraphQL's `extensions.code` and of the blob routes. The server maps its errors to a code, the
 * client decides by the code alone whether to try again; messages are for people and may change.
 */
export interface ErrorCodePolicy {
  /** The status of a plain HTTP answer (blob routes; GraphQL answers 200 with errors). */
  readonly httpStatus: number;
  /** True when the same request may succeed later without any change by the caller. */
  readonly retryable: boolean;
}

export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_INPUT',
  'CONFLICT',
  'LEASE_LOST',
  'TOO_COSTLY',
  'TOO_LARGE',
  'RATE_LIMITED',
  'BLOB_MISMATCH',
  'BLOB_MISSING',
  'CURSOR_EXPIRED',
  'STORAGE_FULL',
  'UNAVAILABLE',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** The policy of each code. A code without a row does not compile. */
export const errorCodePolicies: Readonly<Record<ErrorCode, ErrorCodePolicy>> = Object.freeze({
  /** No key or session, or one that has ended. */
  UNAUTHENTICATED: { httpStatus: 401, retryable: false },
  /** Known caller, not allowed. */
  FORBIDDEN: { httpStatus: 403, retryable: false },
  NOT_FOUND: { httpStatus: 404, retryable: false },
  /** The arguments are wrong; the message names path, value and what was expected. */
  BAD_INPUT: { httpStatus: 400, retryable: false },
  /** The state has changed since the caller read it. */
  CONFLICT: { httpStatus: 409, retryable: false },
  /** The (run, epoch) of this write is no longer the caller's: stop, and send nothing more for it. */
  LEASE_LOST: { httpStatus: 409, retryable: false },
  /** The query's cost is above the limit: ask for less. */
  TOO_COSTLY: { httpStatus: 400, retryable: false },
  /** The body or batch is above the limit: split it. */
  TOO_LARGE: { httpStatus: 413, retryable: false },
  RATE_LIMITED: { httpStatus: 429, retryable: true },
  /** The bytes do not hash to the name that they were sent under. */
  BLOB_MISMATCH: { httpStatus: 422, retryable: true },
  /** A report names a file that the store does not have (any more): upload it again, then report again. */
  BLOB_MISSING: { httpStatus: 409, retryable: true },
  /** The changes after this cursor are no longer kept: read afresh, subscribe without it. */
  CURSOR_EXPIRED: { httpStatus: 410, retryable: false },
  STORAGE_FULL: { httpStatus: 507, retryable: true },
  /** Starting, stopping, or without its database. */
  UNAVAILABLE: { httpStatus: 503, retryable: true },
  INTERNAL: { httpStatus: 500, retryable: true },
});
