/** A subscription for as long as a component shows; events are handed over, the page decides what to ask for anew. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useRef } from 'react';
import { followStream } from './stream.ts';

export const useLive = <Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  onEvent: (data: Data | null) => void,
  enabled = true,
): void => {
  const handler = useRef(onEvent);
  handler.current = onEvent;
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (!enabled) return undefined;
    const abort = new AbortController();
    const handlers = {
      onEvent: (data: Data) => handler.current(data),
      onResume: () => handler.current(null),
    };
    void followStream(document, JSON.parse(key) as Variables, handlers, abort.signal);
    return () => abort.abort();
  }, [document, key, enabled]);
};
