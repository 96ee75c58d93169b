/**
 * One HTTP exchange with retries, under GraphQL operations and blobs alike. Every operation of the graph that an agent
 * sends is idempotent, so an exchange may be repeated whenever its outcome is unknown; `idempotent: false` limits the
 * retries to answers which prove that nothing was done (429, 503 with Retry-After, or a refused connection).
 */
import { ApiError, ApiUnreachable } from './api.error.ts';
import { isTransientStatus, parseRetryAfter, type RetryPolicy, retryDelayMs } from './retry.policy.ts';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions {
  /** Origin of the server, without a trailing slash. */
  readonly origin: string;
  readonly key: string | undefined;
  readonly fetch: Fetch;
  readonly retry: RetryPolicy;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

export interface Exchange {
  readonly path: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** Made anew for each try, since a stream can be read only once. */
  readonly body?: () => NonNullable<RequestInit['body']>;
  readonly idempotent: boolean;
  /** Limit of one try, headers and body together. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

const causeText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const inner = error.cause;
  if (inner instanceof AggregateError && inner.errors[0] instanceof Error) return inner.errors[0].message;
  return inner instanceof Error ? inner.message : error.message;
};

/** A connection that was never made cannot have changed anything. */
const provesNothingDone = (error: unknown): boolean => {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
};

/** The file system's errors stand bare; the network's are wrapped in fetch's TypeError. */
const isFileFault = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

const tryOnce = async <T>(
  options: TransportOptions,
  exchange: Exchange,
  read: (response: Response) => Promise<T>,
): Promise<{ response: Response; value: T | undefined }> => {
  const timeout = AbortSignal.timeout(exchange.timeoutMs);
  const signal = exchange.signal ? AbortSignal.any([timeout, exchange.signal]) : timeout;
  const headers: Record<string, string> = { ...exchange.headers };
  if (options.key !== undefined) headers['authorization'] = `Bearer ${options.key}`;
  const body = exchange.body?.();
  const init: RequestInit = { method: exchange.method, headers, signal, redirect: 'error' };
  if (body !== undefined) init.body = body;
  // Node's fetch asks for this when the body is a stream.
  if (body instanceof ReadableStream) Object.assign(init, { duplex: 'half' });
  const response = await options.fetch(`${options.origin}${exchange.path}`, init);
  if (isTransientStatus(response.status)) {
    await response.body?.cancel();
    return { response, value: undefined };
  }
  return { response, value: await read(response) };
};

/**
 * Sends until an answer is read, and hands it to `read` (which throws for an answer that is a refusal).
 * @throws ApiError that `read` throws, and the file system's errors, at once; ApiUnreachable after the last try
 */
export const send = async <T>(
  options: TransportOptions,
  exchange: Exchange,
  read: (response: Response) => Promise<T>,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    let why: string;
    let cause: unknown;
    let retryAfterMs: number | undefined;
    let repeatable = exchange.idempotent;
    try {
      const { response, value } = await tryOnce(options, exchange, read);
      if (value !== undefined) return value;
      retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
      repeatable ||= response.status === 429 || retryAfterMs !== undefined;
      why = `it answered ${response.status}`;
    } catch (error) {
      if (error instanceof ApiError || isFileFault(error)) throw error;
      if (exchange.signal?.aborted) throw exchange.signal.reason;
      why = causeText(error);
      cause = error;
      repeatable ||= provesNothingDone(error);
    }
    if (!repeatable || attempt >= options.retry.attempts) {
      const tries = attempt === 1 ? 'one try' : `${attempt} tries`;
      throw new ApiUnreachable(`${options.origin} cannot be reached after ${tries}: ${why}.`, {
        url: options.origin,
        attempts: attempt,
        cause,
      });
    }
    await options.sleep(
      retryDelayMs(options.retry, attempt, options.random(), retryAfterMs),
      exchange.signal,
    );
  }
};
