/**
 * The two ways in which a request can end badly: the API answered and refused (ApiError, which carries the graph's
 * stable code), or it gave no usable answer within the retries (ApiUnreachable). Callers switch on the class and code.
 */

export interface ApiErrorFields {
  /** Stable code from `extensions.code`, such as LEASE_LOST, UNAUTHENTICATED, BAD_USER_INPUT. */
  readonly code: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Where in the operation or the input the fault lies, dotted; empty when the API named none. */
  readonly path: string;
  /** Everything else that the API put into `extensions`. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** The API refused. Thrown once an answer has been read; never retried unless the status says "later". */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly path: string;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(message: string, fields: ApiErrorFields) {
    super(message);
    this.code = fields.code;
    this.status = fields.status;
    this.path = fields.path;
    this.extensions = fields.extensions;
  }
}

/** No usable answer after every attempt: refused connection, time-out, a gateway's 502 to 504, or not a Plumage server. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';
  readonly code = 'API_UNREACHABLE';
  /** Origin that was tried. */
  readonly url: string;
  readonly attempts: number;

  constructor(message: string, fields: { url: string; attempts: number; cause?: unknown }) {
    super(message, { cause: fields.cause });
    this.url = fields.url;
    this.attempts = fields.attempts;
  }
}

/** The bytes do not have the sha256 that names them: a torn download or a damaged store. */
export class BlobMismatch extends Error {
  override readonly name = 'BlobMismatch';
  readonly code = 'BLOB_MISMATCH';
  readonly expected: string;
  readonly actual: string;

  constructor(expected: string, actual: string) {
    super(
      `The blob ${expected} arrived with the sha256 ${actual}: it was damaged on the way or in the store.`,
    );
    this.expected = expected;
    this.actual = actual;
  }
}
