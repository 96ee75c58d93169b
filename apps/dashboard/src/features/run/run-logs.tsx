'use client';
import { RunLogsDocument } from '@plumage/api-client/operations';
import { useEffect, useRef } from 'react';
import { Section } from '../../design/page-head.tsx';
import { usePageQuery } from '../../graph/use-page-query.ts';
import styles from './run.module.css';

/** Lines shown: more would only slow the page down; `plumage runs logs` prints them all. */
const NEWEST = 2_000;

const sayCount = (count: number): string => {
  if (count === 0) return '';
  if (count === 1) return '1 line';
  return count === NEWEST ? `the newest ${NEWEST} lines` : `${count} lines`;
};

/** The end of the run's log; while it is live it follows the end, unless one has scrolled up. */
export const RunLogs = ({ runId, live }: { readonly runId: string; readonly live: boolean }) => {
  const { data } = usePageQuery(RunLogsDocument, { id: runId, first: NEWEST, newest: true }, { pollMs: live ? 5_000 : 0 });
  const lines = data?.run?.logs.lines ?? [];
  const box = useRef<HTMLPreElement>(null);
  const follow = useRef(true);
  useEffect(() => {
    if (follow.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length]);
  return (
    <Section title="Log" aside={sayCount(lines.length)}>
      <pre
        ref={box}
        className={styles.log}
        tabIndex={0}
        aria-label="Log"
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          follow.current = scrollTop + clientHeight > scrollHeight - 24;
        }}
      >
        {lines.length === 0
          ? 'Nothing logged yet.'
          : lines.map((line) => (
              <span key={`${line.epoch}-${line.sequence}`} data-stream={line.stream}>
                <time dateTime={line.at}>{new Date(line.at).toLocaleTimeString('en-GB')}</time> {line.text}
                {'\n'}
              </span>
            ))}
      </pre>
    </Section>
  );
};
