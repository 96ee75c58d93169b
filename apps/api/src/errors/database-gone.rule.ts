/**
 * Whether an error means that the database is away, stops, starts or recovers: the caller may come again. Prisma
 * wraps what the driver says, under several codes of its own; the driver throws bare errors as well.
 */

/** SQLSTATE class 08 is the connection's; 57P01 to 57P05 are a server that ends, has crashed, starts or dropped us. */
const goneState = /^(08[0-9A-Z]{3}|57P0[1-5])$/;
const goneCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'P1001', 'P1002', 'P1017']);
const goneKinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout']);
/** The driver has no codes for these. */
const goneWords = [
  'Connection terminated',
  'connection error and is not queryable',
  'timeout exceeded when trying to connect',
];

interface Wrapped {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: DriverCause } } | null;
}

interface DriverCause {
  readonly kind?: unknown;
  readonly originalCode?: unknown;
}

export function isDatabaseGone(thrown: unknown): boolean {
  const { code, message, meta } = (thrown ?? {}) as Wrapped;
  const cause = meta?.driverAdapterError?.cause;
  if (cause !== undefined)
    return goneKinds.has(String(cause.kind)) || goneState.test(String(cause.originalCode));
  if (code !== undefined && code !== null) return goneCodes.has(String(code)) || goneState.test(String(code));
  return typeof message === 'string' && goneWords.some((words) => message.includes(words));
}
