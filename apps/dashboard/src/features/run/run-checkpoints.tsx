'use client';
/** Where the run can go on from; one that an agent could not read stays in the list and says what was wrong. */
import { formatStep } from '@plumage/charts';
import Link from 'next/link';
import { useState } from 'react';
import { DataTable, type TableColumn } from '../../design/data-table.tsx';
import { Empty } from '../../design/notice.tsx';
import { Section } from '../../design/page-head.tsx';
import { Ago } from '../../design/time.tsx';
import styles from './attempts.module.css';
import type { Run } from './run.page.tsx';

type Checkpoint = Run['checkpoints'][number];

export const isUsable = ({ damagedAt }: Checkpoint): boolean => damagedAt === null;

const mostUsers = 3;

const sayCount = (checkpoints: readonly Checkpoint[]): string => {
  const usable = checkpoints.filter(isUsable).length;
  const damaged = checkpoints.length - usable;
  return damaged === 0 ? `${usable} kept` : `${usable} kept, ${damaged} damaged`;
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
    id: 'standing',
    header: 'Standing',
    sortBy: (c) => (isUsable(c) ? 'usable' : 'damaged'),
    cell: (c) =>
      isUsable(c) ? (
        'usable'
      ) : (
        <span className={styles.reason}>
          <b className={styles.damaged}>damaged</b> <Ago at={c.damagedAt} />
          {c.damageReason !== null && `: ${c.damageReason}`}
        </span>
      ),
  },
  {
    id: 'users',
    header: 'Used by',
    cell: (c) =>
      c.users.slice(0, mostUsers).map(({ key, run }, i) => (
        <span key={`${run.id} ${key}`}>
          {i > 0 && ', '}
          <Link href={`/runs/${run.id}`}>
            {run.sweep.name}/{run.name}
          </Link>
          {i === mostUsers - 1 && c.users.length > mostUsers && ` and ${c.users.length - mostUsers} more`}
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

const withoutUsers = checkpointColumns.filter(({ id }) => id !== 'users');

export const RunCheckpoints = ({ run }: { readonly run: Run }) => {
  const [sort, setSort] = useState({ id: 'step', descending: true });
  return (
    <Section title="Checkpoints" aside={sayCount(run.checkpoints)}>
      {run.checkpoints.length === 0 ? (
        <Empty title="None yet" />
      ) : (
        <DataTable
          label="Table of checkpoints"
          rows={run.checkpoints}
          columns={run.checkpoints.some(({ users }) => users.length > 0) ? checkpointColumns : withoutUsers}
          rowId={(checkpoint) => checkpoint.id}
          sort={sort}
          onSort={setSort}
          maxHeight={240}
        />
      )}
    </Section>
  );
};
