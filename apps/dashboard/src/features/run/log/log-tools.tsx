'use client';
/** The log's search, its filters and its download. */
import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import { Icon } from '../../../design/icon.tsx';
import { type LogSearch, sayMatch, type SearchView } from './log-search.ts';
import styles from './run-logs.module.css';
import type { LogFilter } from './use-run-log.ts';

const streams = [
  { value: '', label: 'All streams' },
  { value: 'stdout', label: 'stdout' },
  { value: 'stderr', label: 'stderr' },
  { value: 'agent', label: 'agent' },
];

export interface LogToolsProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly search: LogSearch;
  readonly found: SearchView;
  readonly filter: LogFilter;
  readonly onFilter: (filter: LogFilter) => void;
  /** Every attempt's number. */
  readonly epochs: readonly number[];
}

export const LogTools = (props: LogToolsProps) => {
  const { text, onText, search, found, filter, onFilter, epochs } = props;
  const searching = text !== '';
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') void search.step(event.shiftKey ? 1 : -1);
    else if (event.key === 'Escape' && searching) onText('');
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.tools} role="search" aria-label="Log">
      <TextInput
        className={styles.search ?? ''}
        type="search"
        aria-label="Search the log"
        placeholder="Search the log"
        maxLength={200}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        leftSection={<Icon name="search" size={14} />}
      />
      <output className={styles.matches}>{searching ? sayMatch(found) : ''}</output>
      <ActionIcon
        variant="default"
        aria-label="Match before (Enter)"
        title="Match before (Enter)"
        disabled={!searching || found.total === 0}
        onClick={() => void search.step(-1)}
      >
        <Icon name="up" size={14} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label="Next match (Shift Enter)"
        title="Next match (Shift Enter)"
        disabled={!searching || found.total === 0}
        onClick={() => void search.step(1)}
      >
        <Icon name="down" size={14} />
      </ActionIcon>
      <NativeSelect
        size="xs"
        aria-label="Stream"
        data={streams}
        value={filter.stream ?? ''}
        onChange={(event) => onFilter({ ...filter, stream: event.currentTarget.value || null })}
      />
      {epochs.length > 1 && (
        <NativeSelect
          size="xs"
          aria-label="Attempt"
          data={[
            { value: '', label: 'All attempts' },
            ...epochs.map((epoch) => ({ value: String(epoch), label: `Attempt ${epoch}` })),
          ]}
          value={filter.epoch ?? ''}
          onChange={(event) => onFilter({ ...filter, epoch: Number(event.currentTarget.value) || null })}
        />
      )}
    </div>
  );
};

export const DownloadButton = (props: {
  /** Lines fetched so far; null while nothing is under way. */
  readonly lines: number | null;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}) =>
  props.lines === null ? (
    <Button onClick={props.onStart}>Download</Button>
  ) : (
    <Button onClick={props.onCancel}>{`Cancel, ${props.lines.toLocaleString('en-US')} lines`}</Button>
  );
