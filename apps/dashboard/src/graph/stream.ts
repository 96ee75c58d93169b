/**
 * Subscriptions with a cursor, over server-sent events. A lost connection is taken up again from the last cursor, so
 * nothing is missed; and since a browser allows six connections to one origin, a tab that is hidden closes its
 * streams and catches up when it is looked at again.
 */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Client, createClient } from 'graphql-sse';
import { noteStream } from './connection-state.ts';

const firstWaitMs = 500;
const longestWaitMs = 15_000;

let client: Client | null = null;
const sharedClient = (): Client => {
  client ??= createClient({ url: '/graphql/stream', credentials: 'same-origin', retryAttempts: 0 });
  return client;
};

const cursorIn = (data: Record<string, unknown>): string | null => {
  for (const event of Object.values(data)) {
    if (
      typeof event === 'object' &&
      event !== null &&
      'cursor' in event &&
      typeof event.cursor === 'string'
    ) {
      return event.cursor;
    }
  }
  return null;
};

const whenVisible = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (document.visibilityState === 'visible' || signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
  });

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

export interface StreamHandlers<Data> {
  readonly onEvent: (data: Data) => void;
  /** Called when events may have been missed (a stream was taken up again), so that the page asks anew. */
  readonly onResume: () => void;
}

/** Follows a subscription until `signal` aborts. Variables must not hold `after`; the cursor is kept here. */
export const followStream = async <Data, Variables>(
  document_: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  handlers: StreamHandlers<Data>,
  signal: AbortSignal,
): Promise<void> => {
  const query = print(document_);
  let after: string | null = null;
  let wait = firstWaitMs;
  let resumed = false;
  while (!signal.aborted) {
    await whenVisible(signal);
    if (signal.aborted) return;
    const asked: Record<string, unknown> = { ...variables, ...(after === null ? {} : { after }) };
    const events = sharedClient().iterate<Record<string, unknown>>({ query, variables: asked });
    const close = (): void => void events.return?.(undefined);
    const closeWhenHidden = (): void => {
      if (document.visibilityState === 'hidden') close();
    };
    signal.addEventListener('abort', close);
    document.addEventListener('visibilitychange', closeWhenHidden);
    noteStream(query, 'open');
    if (resumed) handlers.onResume();
    resumed = true;
    try {
      for await (const { data, errors } of events) {
        if (errors !== undefined && errors.length > 0)
          throw new Error(errors[0]?.message ?? 'the stream failed');
        if (data === null || data === undefined) continue;
        wait = firstWaitMs;
        after = cursorIn(data) ?? after;
        handlers.onEvent(data as Data);
      }
    } catch {
      if (!signal.aborted) noteStream(query, 'lost');
    } finally {
      signal.removeEventListener('abort', close);
      document.removeEventListener('visibilitychange', closeWhenHidden);
    }
    if (signal.aborted) break;
    await sleep(wait, signal);
    wait = Math.min(longestWaitMs, wait * 2);
  }
  noteStream(query, 'closed');
};
