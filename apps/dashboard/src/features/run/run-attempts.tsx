'use client';
/** Each time that an agent took the run: on a strip over its steps, and in words. */
import { useState } from 'react';
import { DataTable, type TableColumn } from '../../design/data-table.tsx';
import { Empty } from '../../design/notice.tsx';
import { Section } from '../../design/page-head.tsx';
import { StateMark } from '../../design/state-mark.tsx';
import { Ago, sayDuration } from '../../design/time.tsx';
import { AttemptStrip } from './attempt-strip.tsx';
import {
  type Attempt,
  sayClass,
  sayKept,
  sayMemory,
  sayPlace,
  sayReason,
  sayStart,
} from './attempt-words.ts';
import styles from './attempts.module.css';
import type { Run } from './run.page.tsx';

const lasted = (attempt: Attempt): string =>
  attempt.endedAt === null ? '–' : sayDuration(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt));

const Outcome = ({ attempt }: { readonly attempt: Attempt }) => (
  <span className={styles.outcome}>
    <StateMark state={attempt.outcome ?? 'RUNNING'} />
    {attempt.failureClass !== null && <small>{sayClass(attempt.failureClass)}</small>}
  </span>
);

const columns: readonly TableColumn<Attempt>[] = [
  { id: 'epoch', header: 'Attempt', numeric: true, width: 56, sortBy: (a) => a.epoch, cell: (a) => a.epoch },
  {
    id: 'started',
    header: 'Started',
    width: 84,
    sortBy: (a) => Date.parse(a.startedAt),
    cell: (a) => <Ago at={a.startedAt} />,
  },
  { id: 'lasted', header: 'Lasted', numeric: true, cell: lasted },
  { id: 'agent', header: 'Agent', width: 120, cell: sayPlace },
  { id: 'backend', header: 'Back end', cell: (a) => a.backend ?? '–' },
  { id: 'from', header: 'From', sortBy: (a) => a.resumedFromStep, cell: sayStart },
  { id: 'kept', header: 'Kept', cell: sayKept },
  { id: 'outcome', header: 'Outcome', width: 100, cell: (a) => <Outcome attempt={a} /> },
  { id: 'reason', header: 'Why', cell: (a) => <span className={styles.reason}>{sayReason(a) || '–'}</span> },
  {
    id: 'memory',
    header: 'Peak memory',
    numeric: true,
    sortBy: (a) => a.peakMemoryMb,
    cell: (a) => sayMemory(a.peakMemoryMb),
  },
];

export const RunAttempts = ({ run }: { readonly run: Run }) => {
  const [sort, setSort] = useState({ id: 'epoch', descending: true });
  return (
    <Section title="Attempts" aside="an attempt ends when the run does, or when its agent is lost">
      {run.attempts.length > 1 && <AttemptStrip run={run} />}
      {run.attempts.length === 0 ? (
        <Empty title="Not started yet">It waits for an agent with a free slot.</Empty>
      ) : (
        <DataTable
          label="Table of attempts"
          rows={run.attempts}
          columns={columns}
          rowId={(attempt) => attempt.id}
          sort={sort}
          onSort={setSort}
          maxHeight={360}
        />
      )}
    </Section>
  );
};
