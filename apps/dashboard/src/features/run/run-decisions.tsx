'use client';
/** Each time that the stopping rule compared this run: what it had to reach, its place, and what followed, in words. */
import { Switch } from '@mantine/core';
import { RunDecisionsDocument, type RunDecisionsQuery } from '@plumage/api-client/operations';
import { formatStep, formatValue } from '@plumage/charts';
import { useEffect, useState } from 'react';
import { DataTable, type TableColumn } from '../../design/data-table.tsx';
import { Empty, Problem } from '../../design/notice.tsx';
import { Section } from '../../design/page-head.tsx';
import { TableSkeleton } from '../../design/skeletons.tsx';
import { sayError } from '../../graph/say-error.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import type { Run } from './run.page.tsx';

type Decision = NonNullable<RunDecisionsQuery['run']>['stopDecisions']['edges'][number]['node'];

const mostDecisions = 500;

const columns: readonly TableColumn<Decision>[] = [
  {
    id: 'step',
    header: 'Step',
    numeric: true,
    width: 64,
    sortBy: (one) => one.step,
    cell: (one) => formatStep(one.step),
  },
  {
    id: 'value',
    header: 'Value',
    numeric: true,
    sortBy: (one) => one.value,
    cell: (one) => formatValue(one.value),
  },
  {
    id: 'cutoff',
    header: 'Cutoff',
    numeric: true,
    sortBy: (one) => one.cutoff,
    cell: (one) => formatValue(one.cutoff),
  },
  {
    id: 'rank',
    header: 'Rank',
    numeric: true,
    sortBy: (one) => one.rank,
    cell: (one) =>
      one.rank === null ? (
        '–'
      ) : (
        <span title={one.peers.map(({ run, value }) => `run ${run}: ${formatValue(value)}`).join('\n')}>
          {one.rank} of {one.peerCount + 1}
        </span>
      ),
  },
  {
    id: 'decision',
    header: 'Decision',
    width: 72,
    sortBy: (one) => Number(one.stop),
    cell: (one) => (one.stop ? <b>stop</b> : 'go on'),
  },
  { id: 'sentence', header: 'Why', cell: (one) => one.sentence },
];

const notYet = (run: Run): string =>
  run.state === 'QUEUED' || run.state === 'RUNNING'
    ? 'The rule has compared nothing yet: it waits for its first step, or for enough other runs.'
    : 'No stopping rule has compared this run with others.';

export const RunDecisions = ({ run }: { readonly run: Run }) => {
  const [stopsOnly, setStopsOnly] = useState(false);
  const [sort, setSort] = useState({ id: 'step', descending: true });
  const variables = { id: run.id, first: mostDecisions, stopsOnly };
  const { data, error, refresh } = usePageQuery(RunDecisionsDocument, variables, { refreshMs: 2_000 });
  useEffect(refresh, [refresh, run.step, run.state]);
  const page = data?.run?.stopDecisions;
  const rows = page?.edges.map((edge) => edge.node) ?? [];
  return (
    <Section
      title="Decisions"
      aside={
        <>
          {page !== undefined && page.totalCount > rows.length && (
            <span>
              the first {rows.length} of {page.totalCount}
            </span>
          )}
          <Switch
            label="Only stops"
            checked={stopsOnly}
            onChange={(event) => setStopsOnly(event.currentTarget.checked)}
          />
        </>
      }
    >
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {page === undefined && <TableSkeleton rows={3} />}
      {page !== undefined && rows.length === 0 && (
        <Empty title={stopsOnly ? 'It was not stopped' : 'No decision'}>{stopsOnly ? '' : notYet(run)}</Empty>
      )}
      {rows.length > 0 && (
        <DataTable
          label="Table of decisions"
          rows={rows}
          columns={columns}
          rowId={(one) => `${one.version} ${one.step} ${one.at}`}
          sort={sort}
          onSort={setSort}
          maxHeight={360}
        />
      )}
    </Section>
  );
};
