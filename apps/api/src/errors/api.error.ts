/**
 * Every fault that a caller can cause or must react to, one class a code (libs/contract: errorCodePolicies).
 * Services throw these; errors/error-map.ts turns them into GraphQL's `extensions` and into HTTP answers. Expected
 * outcomes that a caller must handle are union members instead.
 */
import type { ErrorCode } from '@plumage/contract';

export abstract class ApiError extends Error {
  abstract readonly code: ErrorCode;

  /** Goes into `extensions` beside the code: names what was wrong, never secrets. */
  get details(): Readonly<Record<string, unknown>> {
    return {};
  }
}

/** No key or session, or one that has ended. */
export class UnauthenticatedError extends ApiError {
  override readonly name = 'UnauthenticatedError';
  readonly code = 'UNAUTHENTICATED';
  constructor(message = 'Sign in, or send "Authorization: Bearer KEY".') {
    super(message);
  }
}

/** Known caller, not allowed. */
export class ForbiddenError extends ApiError {
  override readonly name = 'ForbiddenError';
  readonly code = 'FORBIDDEN';
}

export class NotFoundError extends ApiError {
  override readonly name = 'NotFoundError';
  readonly code = 'NOT_FOUND';
  constructor(
    readonly noun: string,
    readonly id: string,
  ) {
    super(`There is no ${noun} ${JSON.stringify(id.slice(0, 100))}.`);
  }
  override get details() {
    return { noun: this.noun, id: this.id.slice(0, 100) };
  }
}

/** A report names a file that was never uploaded, or was collected before the report came. */
export class BlobMissingError extends ApiError {
  override readonly name = 'BlobMissingError';
  readonly code = 'BLOB_MISSING';
  constructor(
    readonly path: string,
    readonly sha256: string,
  ) {
    super(`${path}: the store has no blob ${sha256}; upload it, then report again.`);
  }
  override get details() {
    return { path: this.path, sha256: this.sha256 };
  }
}

/** One wrong argument: where it stands, what was given, what was expected. */
export class BadInputError extends ApiError {
  override readonly name = 'BadInputError';
  readonly code = 'BAD_INPUT';
  constructor(
    readonly path: string,
    readonly value: unknown,
    readonly expected: string,
  ) {
    super(`${path}: ${shortened(value)} is not ${expected}.`);
  }
  override get details() {
    return { path: this.path, value: shortened(this.value), expected: this.expected };
  }
}

/** The state has changed since the caller read it, or the name is taken. */
export class ConflictError extends ApiError {
  override readonly name = 'ConflictError';
  readonly code = 'CONFLICT';
}

/** The (run, epoch) of this write is no longer the caller's. */
export class LeaseLostError extends ApiError {
  override readonly name = 'LeaseLostError';
  readonly code = 'LEASE_LOST';
}

/** The query asks for more than one request may. */
export class TooCostlyError extends ApiError {
  override readonly name = 'TooCostlyError';
  readonly code = 'TOO_COSTLY';
  constructor(
    readonly measure: string,
    readonly value: number,
    readonly limit: number,
  ) {
    super(`The query's ${measure} is ${value}; at most ${limit} is allowed. Ask for less at once.`);
  }
  override get details() {
    return { measure: this.measure, value: this.value, limit: this.limit };
  }
}

export class TooLargeError extends ApiError {
  override readonly name = 'TooLargeError';
  readonly code = 'TOO_LARGE';
}

export class RateLimitedError extends ApiError {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  constructor(readonly retryAfterMs: number) {
    super(`Too many failed attempts. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`);
  }
  override get details() {
    return { retryAfterMs: this.retryAfterMs };
  }
}

/** The bytes do not hash to the name that they were sent under. */
export class BlobMismatchError extends ApiError {
  override readonly name = 'BlobMismatchError';
  readonly code = 'BLOB_MISMATCH';
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`The bytes hash to ${actual}, not to ${expected}. Nothing was kept.`);
  }
  override get details() {
    return { expected: this.expected, actual: this.actual };
  }
}

export class StorageFullError extends ApiError {
  override readonly name = 'StorageFullError';
  readonly code = 'STORAGE_FULL';
  constructor() {
    super("The server's disk is full: nothing was kept. Free some space on it, then try again.");
  }
}

/** Starting, stopping, or without its database. */
export class UnavailableError extends ApiError {
  override readonly name = 'UnavailableError';
  readonly code = 'UNAVAILABLE';
}

/** A subscription's cursor points before what is still kept: read the page's data afresh and subscribe without it. */
export class CursorExpiredError extends ApiError {
  override readonly name = 'CursorExpiredError';
  readonly code = 'CURSOR_EXPIRED';
  constructor() {
    super(
      'This cursor is too old: changes after it are no longer kept. Read again, then subscribe without a cursor.',
    );
  }
}

function shortened(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(JSON.stringify(value) ?? value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
