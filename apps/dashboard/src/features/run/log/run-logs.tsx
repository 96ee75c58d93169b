'use client';
/** A run's log: live, followed to its end, searched, filtered, and kept over all of its attempts. */
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { isTerminalRun } from '@plumage/contract';
import { useState } from 'react';
import { CombinedError } from 'urql';
import { Empty, Problem } from '../../../design/notice.tsx';
import { Section } from '../../../design/page-head.tsx';
import { BlockSkeleton } from '../../../design/skeletons.tsx';
import { sayError } from '../../../graph/say-error.ts';
import { sayAttempt } from '../attempt-words.ts';
import type { Run } from '../run.page.tsx';
import { LogList } from './log-list.tsx';
import { DownloadButton, LogTools } from './log-tools.tsx';
import styles from './run-logs.module.css';
import { useLogDownload } from './use-log-download.ts';
import { type LogFilter, useRunLog } from './use-run-log.ts';

const say = (error: Error): string => (error instanceof CombinedError ? sayError(error) : error.message);

const sayNothing = (run: Run, { stream, epoch }: LogFilter): string => {
  if (stream === null && epoch === null) {
    return run.leaseEpoch === 0
      ? 'Its lines stand here as soon as an agent trains it.'
      : 'It has written nothing so far.';
  }
  const what = stream === null ? 'Nothing was written' : `Nothing was written to ${stream}`;
  return epoch === null ? `${what}.` : `${what} in attempt ${epoch}.`;
};

export const RunLogs = ({ run }: { readonly run: Run }) => {
  const [text, setText] = useState('');
  const [term] = useDebouncedValue(text, 200);
  const [filter, setFilter] = useState<LogFilter>({ stream: null, epoch: null });
  const live = !isTerminalRun(run.state);
  const { reader, search, view, found } = useRunLog({ runId: run.id, filter, term, live });
  const download = useLogDownload(run.id, `${run.sweep.name}-${run.name}.log`);
  const epochs = run.attempts.map((attempt) => attempt.epoch);
  const error = view.error ?? found.error ?? download.error;
  return (
    <Section
      title="Log"
      aside={<DownloadButton lines={download.lines} onStart={download.start} onCancel={download.cancel} />}
    >
      <LogTools
        text={text}
        onText={setText}
        search={search}
        found={found}
        filter={filter}
        onFilter={setFilter}
        epochs={epochs}
      />
      {error !== null && (
        <Problem>
          {say(error)}{' '}
          <Button size="compact-xs" onClick={() => void reader.open()}>
            Try again
          </Button>
        </Problem>
      )}
      {!view.known && error === null && <BlockSkeleton height={360} />}
      {view.known && view.lines.length === 0 && (
        <div className={styles.nothing}>
          <Empty title="Nothing here yet">{sayNothing(run, filter)}</Empty>
        </div>
      )}
      {view.lines.length > 0 && (
        <LogList
          key={`${filter.stream}-${filter.epoch}`}
          reader={reader}
          view={view}
          term={term}
          target={term === '' ? null : found.current}
          headings={epochs.length > 1}
          heading={(epoch) => sayAttempt(run.attempts, epoch)}
        />
      )}
    </Section>
  );
};
