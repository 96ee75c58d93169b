/**
 * The typed client of the graph, small enough for an agent: one POST an operation, retries with back-off, errors with
 * codes. Pages use the same documents with a client of their own, which caches.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, print } from 'graphql';
import { ApiError } from './api.error.ts';
import { graphqlRefusal, parseJson, readRefusal, unexpectedAnswer } from './api.refusal.ts';
import { type BlobOptions, getBlob, putBlob } from './blob.client.ts';
import { defaultRetry, type RetryPolicy } from './retry.policy.ts';
import { type Fetch, send, type TransportOptions } from './transport.ts';

export interface ApiClientOptions {
  /** Address of the server, such as http://localhost:4600; a path or query is not kept. */
  readonly url: string;
  /** An agent or user key, sent as a bearer token. */
  readonly key?: string;
  readonly fetch?: Fetch;
  /** Limit of one try of an operation, in ms; default 30,000. */
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** Uniform in [0, 1), for jitter. */
  readonly random?: () => number;
  readonly sleep?: TransportOptions['sleep'];
}

export interface RequestOptions {
  /** Limit of one try, in ms. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** True when sending it twice is harmless. Default: queries yes, mutations no. */
  readonly idempotent?: boolean;
}

export interface ApiClient {
  /** Origin of the server. */
  readonly origin: string;
  /**
   * Runs one operation.
   * @throws ApiError when the API refuses; ApiUnreachable when it gave no answer; the signal's reason when aborted
   */
  request<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
    options?: RequestOptions,
  ): Promise<Result>;
  /** Stores bytes or a file and gives its sha256. @throws ApiError, ApiUnreachable, the file system's error */
  putBlob(
    source: Uint8Array<ArrayBuffer> | { readonly file: string },
    options?: BlobOptions,
  ): Promise<string>;
  /** Fetches a blob into a file, verified. @throws BlobMismatch, ApiError, ApiUnreachable, the file system's error */
  getBlob(sha256: string, to: string, options?: BlobOptions): Promise<void>;
}

interface Operation {
  readonly text: string;
  readonly name: string | undefined;
  readonly isQuery: boolean;
}

const operations = new WeakMap<DocumentNode, Operation>();

const operationOf = (document: DocumentNode): Operation => {
  const known = operations.get(document);
  if (known) return known;
  const definition = document.definitions.find((part) => part.kind === 'OperationDefinition');
  const operation: Operation = {
    text: print(document),
    name: definition?.name?.value,
    isQuery: definition?.operation === 'query',
  };
  operations.set(document, operation);
  return operation;
};

const readResult = async (response: Response): Promise<object> => {
  if (!response.ok) throw await readRefusal(response);
  const text = await response.text();
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null) throw unexpectedAnswer(response, text);
  if ('errors' in body && Array.isArray(body.errors) && body.errors.length > 0) {
    throw graphqlRefusal(body.errors, response.status);
  }
  if (!('data' in body) || typeof body.data !== 'object' || body.data === null) {
    throw unexpectedAnswer(response, text);
  }
  return body.data;
};

const originOf = (url: string): string => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new ApiError(
      `"${url}" is not the address of a server: expected something like http://localhost:4600.`,
      {
        code: 'BAD_SERVER_ADDRESS',
        status: 0,
        path: 'url',
        extensions: { value: url },
      },
    );
  }
  return parsed.origin;
};

/** @throws ApiError BAD_SERVER_ADDRESS when `url` is no http(s) address */
export const createApiClient = (options: ApiClientOptions): ApiClient => {
  const transport: TransportOptions = {
    origin: originOf(options.url),
    key: options.key,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    retry: { ...defaultRetry, ...options.retry },
    random: options.random ?? Math.random,
    sleep: options.sleep ?? ((ms, signal) => delay(ms, undefined, signal ? { signal } : {})),
  };
  return {
    origin: transport.origin,
    async request<Result, Variables>(
      document: TypedDocumentNode<Result, Variables>,
      variables: Variables,
      request: RequestOptions = {},
    ) {
      const { text, name, isQuery } = operationOf(document);
      const body = JSON.stringify({ query: text, operationName: name, variables });
      const data = await send(
        transport,
        {
          path: '/graphql',
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: () => body,
          idempotent: request.idempotent ?? isQuery,
          timeoutMs: request.timeoutMs ?? options.timeoutMs ?? 30_000,
          signal: request.signal,
        },
        readResult,
      );
      // The API validates its answers against the graph that these types were generated from.
      return data as Result;
    },
    putBlob: (source, blob) => putBlob(transport, source, blob),
    getBlob: (sha256, to, blob) => getBlob(transport, sha256, to, blob),
  };
};
