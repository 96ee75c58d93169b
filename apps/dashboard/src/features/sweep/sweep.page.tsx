'use client';
/** One sweep: what it looks for, how far it is, its best run, its runs as curves and as a table. */
import {
  OnRunChangedDocument,
  OnSweepChangedDocument,
  SweepPageDocument,
  type SweepPageQuery,
  SweepRunsDocument,
} from '@plumage/api-client/operations';
import { formatValue } from '@plumage/charts';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { LazySection } from '../../design/lazy-section.tsx';
import { Notice, Problem } from '../../design/notice.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { BlockSkeleton } from '../../design/skeletons.tsx';
import { StateMark } from '../../design/state-mark.tsx';
import { Ago } from '../../design/time.tsx';
import { sayError } from '../../graph/say-error.ts';
import { useLive } from '../../graph/use-live.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import { NotFoundPage } from '../../shell/not-found.page.tsx';
import { sayTrainer } from '../sweep-builder/trainers.ts';
import { BudgetBars } from './edit/budget-bars.tsx';
import { LimitFields } from './edit/limit-fields.tsx';
import { VersionList } from './edit/version-list.tsx';
import { Insight } from './insight/insight.tsx';
import { Replay } from './stopping/replay.tsx';
import { hasRungs } from './stopping/rung-places.ts';
import { Rungs } from './stopping/rungs.tsx';
import { SweepActions } from './sweep-actions.tsx';
import { SweepCharts } from './sweep-charts.tsx';
import { SweepCounts } from './sweep-counts.tsx';
import { SweepPictures } from './sweep-pictures.tsx';
import { SweepRuns } from './sweep-runs.tsx';

export type Sweep = NonNullable<SweepPageQuery['sweep']>;

/** About; it keeps what stands below out of sight until the rest is known. */
const insightHeight = 1_100;

const aim = ({ trainer, method, metricName, metricGoal }: Sweep): string => {
  const kind = trainer === 'gan-cls' ? '' : `${sayTrainer(trainer)} · `;
  const goal = metricName === null ? '' : `, to ${metricGoal?.toLowerCase() ?? 'minimize'} ${metricName}`;
  return `${kind}${method}${goal}`;
};

const Best = ({ sweep }: { readonly sweep: Sweep }) => {
  const best = sweep.bestRun;
  if (best === null || best.objective === null) return null;
  return (
    <>
      {' · best '}
      <Link href={`/runs/${best.id}`}>{best.name}</Link> {formatValue(best.objective)}
    </>
  );
};

/** How far it is, what it may still use, and what limits it: the last as fields, where it can be changed. */
const Standing = ({ sweep }: { readonly sweep: Sweep }) => (
  <>
    <SweepCounts sweep={sweep} />
    <BudgetBars budget={sweep.budget} />
    {sweep.state !== 'CANCELLED' && <LimitFields key={sweep.id} sweep={sweep} />}
  </>
);

export const SweepPage = ({ id }: { readonly id: string }) => {
  const page = usePageQuery(SweepPageDocument, { id }, { refreshMs: 2_000, pollMs: 15_000 });
  const table = usePageQuery(SweepRunsDocument, { id, first: 250 }, { refreshMs: 2_000, pollMs: 30_000 });
  const refresh = (): void => {
    page.refresh();
    table.refresh();
  };
  useLive(OnSweepChangedDocument, { sweepId: id }, page.refresh);
  useLive(OnRunChangedDocument, { sweepId: id }, refresh);
  const runs = useMemo(() => table.data?.sweep?.runs.edges.map((edge) => edge.node), [table.data]);
  const [brushed, setBrushed] = useState<readonly string[] | null>(null);
  const error = page.error ?? table.error;
  const sweep = page.data?.sweep;
  if (sweep === null) return <NotFoundPage />;
  return (
    <>
      <PageHead
        trail={<Link href="/sweeps">Sweeps</Link>}
        title={
          sweep === undefined ? (
            ' '
          ) : (
            <>
              {sweep.name} <StateMark state={sweep.state} />
            </>
          )
        }
        about={
          sweep === undefined ? (
            ' '
          ) : (
            <>
              {aim(sweep)} · created <Ago at={sweep.createdAt} />
              <Best sweep={sweep} />
            </>
          )
        }
      >
        {sweep !== undefined && <SweepActions sweep={sweep} runs={runs ?? []} />}
      </PageHead>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {typeof sweep?.waitingBecause === 'string' && <Notice>Its runs wait. {sweep.waitingBecause}</Notice>}
      {typeof sweep?.stateReason === 'string' && <Notice>{sweep.stateReason}</Notice>}
      {sweep === undefined ? <BlockSkeleton height={118} /> : <Standing sweep={sweep} />}
      <SweepCharts sweep={sweep} runs={runs} />
      <LazySection title="Insight" height={insightHeight}>
        {() =>
          sweep === undefined ? (
            <BlockSkeleton height={insightHeight} />
          ) : (
            <Insight sweep={sweep} runs={runs ?? []} onBrush={setBrushed} />
          )
        }
      </LazySection>
      {sweep !== undefined && hasRungs(sweep.definition) && (
        <LazySection title="Rungs" aside="best first" height={240}>
          {() => <Rungs sweep={sweep} />}
        </LazySection>
      )}
      {sweep !== undefined && (
        <LazySection title="What would another rule have saved?" height={120}>
          {() => <Replay sweep={sweep} />}
        </LazySection>
      )}
      {sweep?.trainer !== 'text-encoder' && <SweepPictures sweepId={id} />}
      <SweepRuns
        sweep={sweep}
        runs={runs}
        brushed={brushed}
        total={table.data?.sweep?.runs.totalCount ?? 0}
      />
      {sweep !== undefined && <VersionList sweep={sweep} />}
    </>
  );
};
