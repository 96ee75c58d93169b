'use client';
/**
 * The lines, drawn only where they are seen. The list follows the log's end until one scrolls up; lines that come or
 * go above do not move what one reads; reaching either end of what is loaded loads more.
 */
import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { sayClock, sayMoment } from '../../../design/time.tsx';
import type { LogReader, LogView } from './log-reader.ts';
import { heightOf, lineHeight, lineKey, type LogRow, rowAt, splitFound, toRows } from './log-rows.ts';
import type { LogMatch } from './log-search.ts';
import styles from './run-logs.module.css';

const nearEdge = 20 * lineHeight;
const height = 360;

const LineText = ({ text, term }: { readonly text: string; readonly term: string }) =>
  term === ''
    ? text
    : splitFound(text, term).map((part, i) => (part.found ? <mark key={i}>{part.text}</mark> : part.text));

export interface LogListProps {
  readonly reader: LogReader;
  readonly view: LogView;
  readonly term: string;
  /** The match to be looked at; a new object each time that it shall be brought into view. */
  readonly target: LogMatch | null;
  readonly headings: boolean;
  readonly heading: (epoch: number) => ReactNode;
}

export const LogList = ({ reader, view, term, target, headings, heading }: LogListProps) => {
  const box = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => toRows(view.lines, headings), [view.lines, headings]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => heightOf(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 20,
    initialRect: { width: 1000, height },
  });
  const { following, onScroll, toNewest } = useScrolling({ box, rows, view, reader, target });
  const currentKey = target === null ? null : lineKey(target);
  return (
    <div className={styles.frame}>
      {/* A region that scrolls must be reachable by keyboard. */}
      <div ref={box} className={styles.log} tabIndex={0} role="region" aria-label="Lines" onScroll={onScroll}>
        <div className={styles.lines} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const place = { transform: `translateY(${item.start}px)` };
            if (row.line === null)
              return (
                <div key={row.key} className={styles.heading} style={place}>
                  {heading(row.epoch)}
                </div>
              );
            const { at, stream, text } = row.line;
            return (
              <div
                key={row.key}
                className={styles.line}
                style={place}
                data-stream={stream}
                data-current={row.key === currentKey}
              >
                <time dateTime={at} title={sayMoment(Date.parse(at))}>
                  {sayClock(Date.parse(at))}
                </time>{' '}
                <LineText text={text} term={term} />
              </div>
            );
          })}
        </div>
      </div>
      {!(following && view.atEnd) && (
        <Button className={styles.newest ?? ''} onClick={toNewest}>
          Jump to newest
        </Button>
      )}
    </div>
  );
};

/** Where the list stands: at the log's end, at a match, or at whatever one reads. */
const useScrolling = (props: {
  readonly box: { readonly current: HTMLDivElement | null };
  readonly rows: readonly LogRow[];
  readonly view: LogView;
  readonly reader: LogReader;
  readonly target: LogMatch | null;
}) => {
  const { box, rows, view, reader, target } = props;
  const [following, setFollowing] = useState(true);
  const follow = useRef(true);
  const anchor = useRef<{ readonly key: string; readonly below: number } | null>(null);
  const pending = useRef<LogMatch | null>(null);

  const note = (scroller: HTMLDivElement): void => {
    const { scrollTop, clientHeight, scrollHeight } = scroller;
    follow.current = scrollTop + clientHeight > scrollHeight - 2 * lineHeight;
    setFollowing(follow.current);
    const row = rows[rowAt(rows, scrollTop)];
    anchor.current = row === undefined ? null : { key: row.key, below: scrollTop - row.top };
    if (scrollTop < nearEdge && view.olderCursor !== null) void reader.older();
    if (scrollTop + clientHeight > scrollHeight - nearEdge && !view.atEnd) void reader.newer();
  };

  useEffect(() => {
    pending.current = target;
    if (target !== null && !rows.some((row) => row.key === lineKey(target)))
      void reader.around(target.cursor);
    // Only a new target moves the list; lines that arrive do not.
  }, [target, reader]);

  useLayoutEffect(() => {
    const scroller = box.current;
    if (scroller === null) return;
    const wanted =
      pending.current === null ? undefined : rows.find((row) => row.key === lineKey(pending.current!));
    const kept = anchor.current;
    const still = kept === null ? undefined : rows.find((row) => row.key === kept.key);
    if (wanted !== undefined) {
      pending.current = null;
      scroller.scrollTop = wanted.top - scroller.clientHeight / 2;
    } else if (follow.current && view.atEnd) scroller.scrollTop = scroller.scrollHeight;
    else if (still !== undefined && kept !== null) scroller.scrollTop = still.top + kept.below;
  }, [box, rows, view.atEnd, target]);

  const toNewest = (): void => {
    follow.current = true;
    setFollowing(true);
    if (!view.atEnd) void reader.open();
    else if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
    box.current?.focus();
  };
  return {
    following,
    toNewest,
    onScroll: (event: { readonly currentTarget: HTMLDivElement }) => note(event.currentTarget),
  };
};
