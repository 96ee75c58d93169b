'use client';
import type { RunLineFragment } from '@plumage/api-client/operations';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { DataTable } from '../../design/data-table.tsx';
import { Empty } from '../../design/notice.tsx';
import { Section } from '../../design/page-head.tsx';
import { TableSkeleton } from '../../design/skeletons.tsx';
import { StartAgent } from '../../design/start-agent.tsx';
import { useScheme } from '../../design/use-scheme.ts';
import { runColumns } from '../runs/run-columns.tsx';
import type { Sweep } from './sweep.page.tsx';

/** The runs of a sweep; `total` may be more than those that are loaded, and then that is said. */
export const SweepRuns = (props: {
  readonly sweep: Sweep | undefined;
  readonly runs: readonly RunLineFragment[] | undefined;
  /** Those that pass the brushes of the parallel coordinates; null: nothing is brushed. */
  readonly brushed: readonly string[] | null;
  readonly total: number;
}) => {
  const { sweep, runs, brushed, total } = props;
  const router = useRouter();
  const scheme = useScheme();
  const [sort, setSort] = useState({ id: 'updated', descending: true });
  const metricName = sweep?.metricName ?? null;
  const columns = useMemo(() => runColumns(runs ?? [], scheme, { metricName }), [runs, scheme, metricName]);
  const shown = useMemo(() => {
    if (brushed === null) return runs ?? [];
    const passing = new Set(brushed);
    return (runs ?? []).filter((run) => passing.has(run.id));
  }, [runs, brushed]);
  const loaded =
    runs !== undefined && runs.length < total ? `the first ${runs.length} of ${total}` : `${total} in all`;
  const aside = brushed === null ? loaded : `${shown.length} pass the brushes, ${loaded}`;
  return (
    <Section title="Runs" aside={aside}>
      {runs === undefined && <TableSkeleton rows={6} />}
      {runs?.length === 0 && (
        <Empty title="No run yet">
          <p>The first one is made when an agent asks for work.</p>
          <StartAgent />
        </Empty>
      )}
      {runs !== undefined && runs.length > 0 && (
        <DataTable
          label="Runs of this sweep"
          rows={shown}
          columns={columns}
          rowId={(run) => run.id}
          sort={sort}
          onSort={setSort}
          onOpen={(run) => router.push(`/runs/${run.id}`)}
        />
      )}
    </Section>
  );
};
