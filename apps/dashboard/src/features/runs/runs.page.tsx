'use client';
/** All runs, the latest first; the state filter stands in the address, so that it can be shared. */
import { Button, SegmentedControl } from '@mantine/core';
import { OnRunChangedDocument, type RunState, RunsDocument } from '@plumage/api-client/operations';
import { useRouter, useSearchParams } from 'next/navigation';
import { useMemo, useState } from 'react';
import { DataTable } from '../../design/data-table.tsx';
import { Empty, Problem } from '../../design/notice.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { TableSkeleton } from '../../design/skeletons.tsx';
import { useScheme } from '../../design/use-scheme.ts';
import { sayError } from '../../graph/say-error.ts';
import { useLive } from '../../graph/use-live.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import { runColumns } from './run-columns.tsx';

const choices: readonly {
  readonly value: string;
  readonly label: string;
  readonly states: readonly RunState[];
}[] = [
  { value: 'all', label: 'All', states: [] },
  { value: 'running', label: 'Running', states: ['RUNNING'] },
  { value: 'waiting', label: 'Waiting', states: ['QUEUED', 'PAUSED'] },
  { value: 'finished', label: 'Finished', states: ['FINISHED', 'PRUNED'] },
  { value: 'failed', label: 'Failed', states: ['FAILED', 'CANCELLED'] },
];

export const RunsPage = () => {
  const router = useRouter();
  const scheme = useScheme();
  const chosen = useSearchParams().get('state') ?? 'all';
  const states = choices.find((choice) => choice.value === chosen)?.states ?? [];
  const [sort, setSort] = useState({ id: 'updated', descending: true });
  const [first, setFirst] = useState(100);
  const filter = states.length === 0 ? null : { states: [...states] };
  const { data, error, refresh } = usePageQuery(
    RunsDocument,
    { first, filter },
    { refreshMs: 2_000, pollMs: 15_000 },
  );
  useLive(OnRunChangedDocument, {}, refresh);
  const runs = useMemo(() => data?.runs.edges.map((edge) => edge.node) ?? [], [data]);
  const columns = useMemo(() => runColumns(runs, scheme, null), [runs, scheme]);
  const total = data?.runs.totalCount ?? 0;
  return (
    <>
      <PageHead title="Runs" about={data === undefined ? ' ' : `${total.toLocaleString('en-US')} in all`}>
        <SegmentedControl
          aria-label="State"
          value={chosen}
          data={choices.map(({ value, label }) => ({ value, label }))}
          onChange={(value) =>
            router.replace(value === 'all' ? '/runs' : `/runs?state=${value}`, { scroll: false })
          }
        />
      </PageHead>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {data === undefined && <TableSkeleton rows={10} />}
      {data !== undefined && runs.length === 0 && (
        <Empty title={chosen === 'all' ? 'No run yet' : 'No run in this state'}>
          <p>A sweep makes runs while an agent asks for work.</p>
        </Empty>
      )}
      {runs.length > 0 && (
        <DataTable
          label="Runs"
          rows={runs}
          columns={columns}
          rowId={(run) => run.id}
          sort={sort}
          onSort={setSort}
          maxHeight={900}
          onOpen={(run) => router.push(`/runs/${run.id}`)}
        />
      )}
      {data?.runs.pageInfo.hasNextPage === true && (
        <Button mt={12} onClick={() => setFirst(Math.min(first * 2, 1_000))} disabled={first >= 1_000}>
          Show more of {total.toLocaleString('en-US')}
        </Button>
      )}
    </>
  );
};
