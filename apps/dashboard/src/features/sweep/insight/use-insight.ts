'use client';
/** A question about all results of a sweep: asked again, but seldom, when more of them have come. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useRef } from 'react';
import type { AnyVariables } from 'urql';
import { type PageQuery, usePageQuery } from '../../../graph/use-page-query.ts';
import type { Sweep } from '../sweep.page.tsx';

const refreshMs = 10_000;

export const useInsight = <Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  sweep: Pick<Sweep, 'runCounts'>,
  pause = false,
): PageQuery<Data> => {
  const page = usePageQuery(query, variables, { refreshMs, pause });
  const results = sweep.runCounts.finished + sweep.runCounts.pruned;
  const known = useRef(results);
  const { refresh } = page;
  useEffect(() => {
    if (known.current === results) return;
    known.current = results;
    refresh();
  }, [results, refresh]);
  return page;
};
