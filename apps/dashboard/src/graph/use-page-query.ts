/**
 * A page's query: what it last knew stays on screen while it asks again, and asking again is throttled, so a burst of
 * live events costs one request a second. A slow poll covers what no event tells (a heartbeat that stopped).
 */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useMemo, useRef } from 'react';
import { type AnyVariables, type CombinedError, useQuery } from 'urql';
import { throttle } from './throttle.ts';

export interface PageQuery<Data> {
  readonly data: Data | undefined;
  readonly error: CombinedError | undefined;
  readonly fetching: boolean;
  /** Asks the server again, at most once a `refreshMs`. */
  readonly refresh: () => void;
}

export interface PageQueryOptions {
  readonly pause?: boolean;
  readonly refreshMs?: number;
  /** How often to ask without being told to; 0 never. */
  readonly pollMs?: number;
}

export const usePageQuery = <Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options: PageQueryOptions = {},
): PageQuery<Data> => {
  const { pause = false, refreshMs = 1_000, pollMs = 0 } = options;
  const [result, execute] = useQuery<Data, Variables>({ query, variables, pause });
  const ask = useRef(() => {});
  ask.current = () => {
    if (!pause && document.visibilityState === 'visible') execute({ requestPolicy: 'network-only' });
  };
  const throttled = useMemo(() => throttle(() => ask.current(), refreshMs), [refreshMs]);
  useEffect(() => () => throttled.cancel(), [throttled]);
  useEffect(() => {
    if (pollMs === 0) return undefined;
    const timer = setInterval(throttled.call, pollMs);
    return () => clearInterval(timer);
  }, [pollMs, throttled]);
  return { data: result.data, error: result.error, fetching: result.fetching, refresh: throttled.call };
};
