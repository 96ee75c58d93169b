'use client';
/** One run, live: where it stands, its curves, its pictures step by step, and everything that explains it. */
import {
  OnRunChangedDocument,
  OnSampleAddedDocument,
  RunPageDocument,
  type RunPageQuery,
} from '@plumage/api-client/operations';
import { runColor } from '@plumage/charts';
import Link from 'next/link';
import { useCallback, useState } from 'react';
import { LinkButton } from '../../design/link-button.tsx';
import { Problem } from '../../design/notice.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { RunSwatch } from '../../design/run-swatch.tsx';
import { BlockSkeleton } from '../../design/skeletons.tsx';
import { StateMark } from '../../design/state-mark.tsx';
import { useScheme } from '../../design/use-scheme.ts';
import { sayError } from '../../graph/say-error.ts';
import { useLive } from '../../graph/use-live.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import { NotFoundPage } from '../../shell/not-found.page.tsx';
import { RunActions } from './run-actions.tsx';
import { RunAttempts } from './run-attempts.tsx';
import { RunCharts } from './run-charts.tsx';
import { isUsable, RunCheckpoints } from './run-checkpoints.tsx';
import { RunConfiguration } from './run-configuration.tsx';
import { RunDecisions } from './run-decisions.tsx';
import { RunInputs } from './run-inputs.tsx';
import { RunLogs } from './log/run-logs.tsx';
import { RunSamples } from './run-samples.tsx';
import { RunStanding } from './run-standing.tsx';

export type Run = NonNullable<RunPageQuery['run']>;

const Title = ({ run }: { readonly run: Run }) => (
  <>
    <span>
      <RunSwatch style={runColor(run.id, useScheme())} />
      {run.name}
    </span>
    <StateMark state={run.state} />
  </>
);

export const RunPage = ({ id }: { readonly id: string }) => {
  const { data, error, refresh } = usePageQuery(RunPageDocument, { id }, { pollMs: 10_000 });
  useLive(OnRunChangedDocument, { runId: id }, refresh);
  useLive(OnSampleAddedDocument, { filter: { runIds: [id] } }, refresh);
  const [drawn, setDrawn] = useState(false);
  const noteDrawn = useCallback(() => setDrawn(true), []);
  const run = data?.run;
  // A text encoder makes vectors; every other trainer may make pictures.
  const drawsNothing = run?.sweep.trainer === 'text-encoder';
  if (run === null) return <NotFoundPage />;
  return (
    <>
      <PageHead
        trail={
          run === undefined ? (
            ' '
          ) : (
            <>
              <Link href="/sweeps">Sweeps</Link> /{' '}
              <Link href={`/sweeps/${run.sweep.id}`}>{run.sweep.name}</Link> / run {run.number}
            </>
          )
        }
        title={run === undefined ? ' ' : <Title run={run} />}
      >
        {run !== undefined && run.sweep.trainer === 'gan-cls' && run.checkpoints.some(isUsable) && (
          <LinkButton href={`/studio?run=${run.id}`}>Generate</LinkButton>
        )}
        {run !== undefined && <RunActions run={run} />}
      </PageHead>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {run === undefined ? <BlockSkeleton height={64} /> : <RunStanding run={run} />}
      {run !== undefined && <RunInputs run={run} />}
      {!drawsNothing && <RunSamples run={run} onKnown={noteDrawn} />}
      {run !== undefined && (drawn || drawsNothing) && (
        <>
          <RunCharts run={run} />
          <RunConfiguration run={run} />
          <RunDecisions run={run} />
          <RunAttempts run={run} />
          <RunCheckpoints run={run} />
          <RunLogs run={run} />
        </>
      )}
    </>
  );
};
