'use client';
import {
  OnSweepChangedDocument,
  SweepsDocument,
  type SweepLineFragment,
} from '@plumage/api-client/operations';
import { formatValue } from '@plumage/charts';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { DataTable, type TableColumn } from '../../design/data-table.tsx';
import { LinkButton } from '../../design/link-button.tsx';
import { Empty, Problem } from '../../design/notice.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { StateMark } from '../../design/state-mark.tsx';
import { TableSkeleton } from '../../design/skeletons.tsx';
import { Ago } from '../../design/time.tsx';
import { sayError } from '../../graph/say-error.ts';
import { useLive } from '../../graph/use-live.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';

const columns: readonly TableColumn<SweepLineFragment>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 180,
    sortBy: (sweep) => sweep.name,
    cell: (sweep) => <Link href={`/sweeps/${sweep.id}`}>{sweep.name}</Link>,
  },
  {
    id: 'state',
    header: 'State',
    width: 96,
    sortBy: (sweep) => sweep.state,
    cell: (sweep) => <StateMark state={sweep.state} />,
  },
  { id: 'method', header: 'Method', sortBy: (sweep) => sweep.method, cell: (sweep) => sweep.method },
  {
    id: 'running',
    header: 'Running',
    numeric: true,
    sortBy: (sweep) => sweep.runCounts.running,
    cell: (sweep) => sweep.runCounts.running,
  },
  {
    id: 'finished',
    header: 'Finished',
    numeric: true,
    sortBy: (sweep) => sweep.runCounts.finished,
    cell: (sweep) => `${sweep.runCounts.finished} of ${sweep.runCap ?? '∞'}`,
  },
  {
    id: 'failed',
    header: 'Failed',
    numeric: true,
    sortBy: (sweep) => sweep.runCounts.failed,
    cell: (sweep) => sweep.runCounts.failed,
  },
  {
    id: 'best',
    header: 'Best',
    numeric: true,
    sortBy: (sweep) => sweep.bestRun?.objective ?? null,
    cell: (sweep) => formatValue(sweep.bestRun?.objective),
  },
  {
    id: 'metric',
    header: 'Objective',
    cell: (sweep) =>
      sweep.metricName === null
        ? '–'
        : `${sweep.metricGoal?.toLowerCase() ?? 'minimize'} ${sweep.metricName}`,
  },
  {
    id: 'created',
    header: 'Created',
    numeric: true,
    width: 96,
    sortBy: (sweep) => Date.parse(sweep.createdAt),
    cell: (sweep) => <Ago at={sweep.createdAt} />,
  },
];

export const SweepsPage = () => {
  const router = useRouter();
  const [sort, setSort] = useState({ id: 'created', descending: true });
  const { data, error, refresh } = usePageQuery(SweepsDocument, { first: 100 }, { pollMs: 15_000 });
  useLive(OnSweepChangedDocument, {}, refresh);
  const sweeps = data?.sweeps.edges.map((edge) => edge.node);
  return (
    <>
      <PageHead title="Sweeps" about={sweeps === undefined ? ' ' : `${data?.sweeps.totalCount ?? 0} in all`}>
        <LinkButton href="/sweeps/new">New sweep</LinkButton>
      </PageHead>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {sweeps === undefined && <TableSkeleton rows={6} />}
      {sweeps?.length === 0 && (
        <Empty title="No sweep yet">
          <p>A sweep says which hyperparameters to try; each try is a run that an agent trains.</p>
          <p>
            <Link href="/sweeps/new">Define the first one</Link>. A small one takes a few minutes on a laptop.
          </p>
        </Empty>
      )}
      {sweeps !== undefined && sweeps.length > 0 && (
        <DataTable
          label="Sweeps"
          rows={sweeps}
          columns={columns}
          rowId={(sweep) => sweep.id}
          sort={sort}
          onSort={setSort}
          maxHeight={800}
          onOpen={(sweep) => router.push(`/sweeps/${sweep.id}`)}
        />
      )}
    </>
  );
};
