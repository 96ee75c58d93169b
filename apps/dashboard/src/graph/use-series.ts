'use client';
/**
 * Series for charts: asked for at the detail that the chart can show, again at full detail when one zooms in, and at
 * most once a second while values arrive.
 */
import { OnMetricsAppendedDocument, SeriesDocument, type SeriesQuery } from '@plumage/api-client/operations';
import { useMemo } from 'react';
import { useLive } from './use-live.ts';
import { usePageQuery } from './use-page-query.ts';

type Column = SeriesQuery['series'][number];

/** A series as the charts take it; `key` is the metric. */
export interface SeriesLine {
  readonly runId: string;
  readonly key: string;
  readonly x: readonly number[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly last: readonly (number | null)[];
  readonly attempts: readonly { readonly epoch: number; readonly fromStep: number }[];
}

const toLine = (column: Column): SeriesLine => ({
  runId: column.runId,
  key: column.key,
  x: column.x,
  min: column.min,
  max: column.max,
  last: column.last,
  attempts: column.attempts,
});

export interface SeriesRequest {
  readonly runIds: readonly string[];
  readonly keys: readonly string[];
  /** Steps, or null for all. */
  readonly range: readonly [number, number] | null;
  readonly points: number;
}

export const useSeries = (
  request: SeriesRequest,
): { readonly lines: readonly SeriesLine[]; readonly known: boolean } => {
  const { runIds, keys, range, points } = request;
  const pause = runIds.length === 0 || keys.length === 0;
  const bounds =
    range === null ? {} : { minStep: Math.max(0, Math.floor(range[0])), maxStep: Math.ceil(range[1]) };
  const input = { runIds: [...runIds], keys: [...keys], points, ...bounds };
  const { data, refresh } = usePageQuery(SeriesDocument, { input }, { pause, refreshMs: 1_000 });
  useLive(OnMetricsAppendedDocument, { runIds: [...runIds] }, refresh, !pause);
  const lines = useMemo(() => (data?.series ?? []).map(toLine), [data]);
  return { lines, known: data !== undefined };
};
