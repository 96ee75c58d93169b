'use client';
/** The ladder that runs climb under asha and hyperband: who came to each rung, who was stopped there, and by what. */
import { Button } from '@mantine/core';
import { SweepRungsDocument } from '@plumage/api-client/operations';
import { formatStep, formatValue } from '@plumage/charts';
import Link from 'next/link';
import { useEffect, useMemo, useState } from 'react';
import { Empty, Problem } from '../../../design/notice.tsx';
import { BlockSkeleton } from '../../../design/skeletons.tsx';
import { StateMark } from '../../../design/state-mark.tsx';
import { sayError } from '../../../graph/say-error.ts';
import { usePageQuery } from '../../../graph/use-page-query.ts';
import type { Sweep } from '../sweep.page.tsx';
import { laddersOf, type RungPlace } from './rung-places.ts';
import styles from './stopping.module.css';

const fewRuns = 24;

const RungRow = ({ place }: { readonly place: RungPlace }) => {
  const [all, setAll] = useState(false);
  const shown = all ? place.runs : place.runs.slice(0, fewRuns);
  const goOn = place.runs.length - place.stopped;
  return (
    <li className={styles.rung}>
      <div className={styles.rungHead}>
        <b>step {formatStep(place.step)}</b>
        <span>{place.runs.length === 0 ? 'no run yet' : `${goOn} on, ${place.stopped} stopped`}</span>
        <span>{place.cutoff === null ? 'nothing compared yet' : `cutoff ${formatValue(place.cutoff)}`}</span>
      </div>
      <ol className={styles.rungRuns} aria-label={`Runs at step ${place.step}, best first`}>
        {shown.map((run) => (
          <li key={run.runId}>
            <Link
              href={`/runs/${run.runId}`}
              data-stopped={run.isStopped}
              title={`run ${run.number}: ${formatValue(run.value)}, ${run.isStopped ? 'stopped here' : 'went on'}`}
            >
              {run.isStopped && <StateMark state="PRUNED" quiet />}
              {run.number} <small>{formatValue(run.value, 3)}</small>
            </Link>
          </li>
        ))}
        {place.runs.length > fewRuns && (
          <li>
            <Button size="compact-xs" variant="subtle" onClick={() => setAll(!all)}>
              {all ? 'fewer' : `${place.runs.length - fewRuns} more`}
            </Button>
          </li>
        )}
      </ol>
    </li>
  );
};

export const Rungs = ({ sweep }: { readonly sweep: Sweep }) => {
  const { data, error, refresh } = usePageQuery(SweepRungsDocument, { id: sweep.id }, { refreshMs: 3_000 });
  const { finished, pruned, running, failed } = sweep.runCounts;
  useEffect(refresh, [refresh, finished, pruned, running, failed, sweep.version]);
  const ladders = useMemo(() => laddersOf(data?.sweep?.rungs ?? []), [data]);
  if (error !== undefined && data === undefined) return <Problem>{sayError(error)}</Problem>;
  if (data === undefined) return <BlockSkeleton height={160} />;
  if (ladders.length === 0)
    return <Empty title="No rung yet">The first is made when a run comes to the rule’s first step.</Empty>;
  return (
    <div className={styles.ladders}>
      {ladders.map(({ bracket, rungs }) => (
        <div key={bracket}>
          {ladders.length > 1 && <h3>Bracket {bracket + 1}</h3>}
          <ol className={styles.ladder}>
            {rungs.map((place) => (
              <RungRow key={place.step} place={place} />
            ))}
          </ol>
        </div>
      ))}
    </div>
  );
};
