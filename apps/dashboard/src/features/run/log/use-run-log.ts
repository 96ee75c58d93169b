'use client';
/** A run's log and a search of it, live: the reader and the search ask the graph, events say when to ask. */
import {
  OnLogsAppendedDocument,
  RunLogMatchesDocument,
  RunLogsDocument,
} from '@plumage/api-client/operations';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type AnyVariables, type Client, type TypedDocumentNode, useClient } from 'urql';
import { throttle } from '../../../graph/throttle.ts';
import { useLive } from '../../../graph/use-live.ts';
import { type LogPage, type LogQuestion, LogReader } from './log-reader.ts';
import { LogSearch } from './log-search.ts';

/** Which lines; null asks for nothing. */
export interface LogFilter {
  readonly stream: string | null;
  readonly epoch: number | null;
}

/** Answers arrive within this time of an event, however many events come. */
const appendedMs = 250;
/** Covers what no event told. */
const pollMs = 5_000;
const matchesAtOnce = 1_000;

const fetchNow = async <Data, Variables extends AnyVariables>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> => {
  const { data, error } = await client
    .query(document, variables, { requestPolicy: 'network-only' })
    .toPromise();
  if (error !== undefined) throw error;
  if (data === undefined) throw new Error('The server gave no answer.');
  return data;
};

/** One page of a run's log. */
export const fetchLog = async (
  client: Client,
  id: string,
  filter: LogFilter,
  question: LogQuestion,
): Promise<LogPage> => {
  const { run } = await fetchNow(client, RunLogsDocument, { id, ...filter, ...question });
  if (run === null) throw new Error('The run is gone.');
  const { lines, olderCursor, pageInfo } = run.logs;
  return { lines, olderCursor, endCursor: pageInfo.endCursor, hasNext: pageInfo.hasNextPage };
};

const fetchMatches = async (
  client: Client,
  variables: { id: string; search: string; before: string | null } & LogFilter,
) => {
  const { run } = await fetchNow(client, RunLogMatchesDocument, { ...variables, first: matchesAtOnce });
  if (run === null) throw new Error('The run is gone.');
  const { lines, totalCount, olderCursor } = run.logs;
  return { matches: lines, total: totalCount, olderCursor };
};

export interface RunLogOptions {
  readonly runId: string;
  readonly filter: LogFilter;
  /** Empty: nothing is searched for. */
  readonly term: string;
  /** False once the run has ended: nothing more is written. */
  readonly live: boolean;
}

export const useRunLog = ({ runId, filter, term, live }: RunLogOptions) => {
  const client = useClient();
  const { stream, epoch } = filter;
  const search = useMemo(() => {
    const ask = (before: string | null) =>
      fetchMatches(client, { id: runId, search: term, before, stream, epoch });
    return new LogSearch(term, ask);
  }, [client, runId, term, stream, epoch]);
  const note = useMemo(() => ({ current: search.note }), []);
  note.current = term === '' ? () => undefined : search.note;
  const reader = useMemo(
    () =>
      new LogReader(
        (question) => fetchLog(client, runId, { stream, epoch }, question),
        (lines) => note.current(lines),
      ),
    [client, runId, stream, epoch, note],
  );
  useEffect(() => void reader.open(), [reader]);
  useEffect(() => {
    if (term !== '') void search.open();
  }, [search, term]);

  const listen = useMemo(
    () => throttle(() => void (reader.view().atEnd && reader.newer()), appendedMs),
    [reader],
  );
  useEffect(() => () => listen.cancel(), [listen]);
  useLive(OnLogsAppendedDocument, { runId }, listen.call, live);
  useEffect(() => {
    // Also once when the run ends: what it wrote last may have come with its end.
    listen.call();
    if (!live) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && listen.call(), pollMs);
    return () => clearInterval(timer);
  }, [live, listen]);

  return {
    reader,
    search,
    view: useSyncExternalStore(reader.subscribe, reader.view, reader.view),
    found: useSyncExternalStore(search.subscribe, search.view, search.view),
  };
};
