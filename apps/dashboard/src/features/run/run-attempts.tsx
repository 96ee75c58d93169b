'use client';
import { formatStep } from '@plumage/charts';
import { useState } from 'react';
import { DataTable, type TableColumn } from '../../design/data-table.tsx';
import { Empty } from '../../design/notice.tsx';
import { Section } from '../../design/page-head.tsx';
import { StateMark } from '../../design/state-mark.tsx';
import { Ago, sayDuration } from '../../design/time.tsx';
import type { Run } from './run.page.tsx';

type Attempt = Run['attempts'][number];
type Checkpoint = Run['checkpoints'][number];

const lasted = (attempt: Attempt): string =>
  attempt.endedAt === null ? '–' : sayDuration(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt));

const attemptColumns: readonly TableColumn<Attempt>[] = [
  { id: 'epoch', header: 'Attempt', numeric: true, width: 56, sortBy: (a) => a.epoch, cell: (a) => a.epoch },
  { id: 'agent', header: 'Agent', width: 140, cell: (a) => `${a.agentName}, slot ${a.slotIndex}` },
  { id: 'backend', header: 'Backend', cell: (a) => a.backend ?? '–' },
  {
    id: 'from',
    header: 'From step',
    numeric: true,
    sortBy: (a) => a.resumedFromStep,
    cell: (a) => formatStep(a.resumedFromStep),
  },
  {
    id: 'kept',
    header: 'Kept to',
    numeric: true,
    cell: (a) => (a.keptThroughStep === null ? '–' : formatStep(a.keptThroughStep)),
  },
  { id: 'outcome', header: 'Outcome', width: 100, cell: (a) => <StateMark state={a.outcome ?? 'RUNNING'} /> },
  { id: 'lasted', header: 'Lasted', numeric: true, cell: lasted },
  {
    id: 'started',
    header: 'Started',
    numeric: true,
    sortBy: (a) => Date.parse(a.startedAt),
    cell: (a) => <Ago at={a.startedAt} />,
  },
  { id: 'message', header: 'Message', width: 160, cell: (a) => a.message ?? '' },
];

export const RunAttempts = ({ run }: { readonly run: Run }) => {
  const [sort, setSort] = useState({ id: 'epoch', descending: true });
  return (
    <Section title="Attempts" aside="an attempt ends when the run does, or when its agent is lost">
      {run.attempts.length === 0 ? (
        <Empty title="Not started yet">It waits for an agent with a free slot.</Empty>
      ) : (
        <DataTable
          label="Attempts"
          rows={run.attempts}
          columns={attemptColumns}
          rowId={(attempt) => attempt.id}
          sort={sort}
          onSort={setSort}
          maxHeight={240}
        />
      )}
    </Section>
  );
};

const sayBytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

const checkpointColumns: readonly TableColumn<Checkpoint>[] = [
  {
    id: 'step',
    header: 'Step',
    numeric: true,
    width: 72,
    sortBy: (c) => c.step,
    cell: (c) => formatStep(c.step),
  },
  { id: 'epoch', header: 'Attempt', numeric: true, width: 64, cell: (c) => c.epoch },
  {
    id: 'files',
    header: 'Files',
    cell: (c) =>
      c.files.map(({ name, blob }, i) => (
        <span key={name}>
          {i > 0 && ', '}
          <a href={blob.url} download={name}>
            {name}
          </a>{' '}
          <span className="quiet">{sayBytes(blob.size)}</span>
        </span>
      )),
  },
  {
    id: 'at',
    header: 'Made',
    numeric: true,
    width: 96,
    sortBy: (c) => Date.parse(c.createdAt),
    cell: (c) => <Ago at={c.createdAt} />,
  },
];

export const RunCheckpoints = ({ run }: { readonly run: Run }) => {
  const [sort, setSort] = useState({ id: 'step', descending: true });
  return (
    <Section title="Checkpoints" aside={`${run.checkpoints.length} kept`}>
      {run.checkpoints.length === 0 ? (
        <Empty title="None yet" />
      ) : (
        <DataTable
          label="Checkpoints"
          rows={run.checkpoints}
          columns={checkpointColumns}
          rowId={(checkpoint) => checkpoint.id}
          sort={sort}
          onSort={setSort}
          maxHeight={240}
        />
      )}
    </Section>
  );
};
