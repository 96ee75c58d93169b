'use client';
/** The gallery's pictures: pages on demand, and new ones put in front as they are made. */
import {
  GalleryDocument,
  OnSampleAddedDocument,
  type SampleFilterInput,
  type SampleTileFragment,
} from '@plumage/api-client/operations';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type CombinedError, useClient } from 'urql';
import { useLive } from '../../graph/use-live.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import { mergeSamples } from './merge-samples.ts';

const pageSize = 96;

export interface Gallery {
  readonly samples: readonly SampleTileFragment[];
  readonly known: boolean;
  readonly total: number;
  readonly error: CombinedError | undefined;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
}

interface Older {
  readonly samples: readonly SampleTileFragment[];
  readonly cursor: string | null;
  readonly hasMore: boolean;
}

/** `filter` must keep its identity while it stays the same; the caller remounts for another one. */
export const useGallery = (filter: SampleFilterInput): Gallery => {
  const client = useClient();
  const { data, error, refresh } = usePageQuery(
    GalleryDocument,
    { first: pageSize, filter },
    { refreshMs: 3_000 },
  );
  const [fresh, setFresh] = useState<readonly SampleTileFragment[]>([]);
  const [older, setOlder] = useState<Older | null>(null);
  const loading = useRef(false);
  const latestOnly = filter.latestOnly === true;

  useLive(OnSampleAddedDocument, { filter }, (event) => {
    // "Latest only" replaces pictures, and a resumed stream may have missed some: then the server is asked.
    if (event === null || latestOnly) refresh();
    else setFresh((known) => [event.sampleAdded.sample, ...known].slice(0, 1_000));
  });

  const info = data?.samples.pageInfo;
  const cursor = older?.cursor ?? info?.endCursor ?? null;
  const hasMore = older?.hasMore ?? info?.hasNextPage ?? false;
  const loadMore = useCallback(() => {
    if (loading.current || !hasMore || cursor === null) return;
    loading.current = true;
    void client
      .query(GalleryDocument, { first: pageSize, after: cursor, filter }, { requestPolicy: 'network-only' })
      .toPromise()
      .then(({ data: page }) => {
        loading.current = false;
        if (page === undefined) return;
        const { edges, pageInfo } = page.samples;
        setOlder((known) => ({
          samples: [...(known?.samples ?? []), ...edges.map((edge) => edge.node)],
          cursor: pageInfo.endCursor,
          hasMore: pageInfo.hasNextPage,
        }));
      });
  }, [client, cursor, filter, hasMore]);

  const samples = useMemo(
    () => mergeSamples([fresh, data?.samples.edges.map((edge) => edge.node) ?? [], older?.samples ?? []]),
    [fresh, data, older],
  );
  const total = Math.max(data?.samples.totalCount ?? 0, samples.length);
  return { samples, known: data !== undefined, total, error, hasMore, loadMore };
};
