'use client';
/** Runs by the first two metrics of a sweep with several; those that none beats in all are joined. */
import { SweepFrontDocument } from '@plumage/api-client/operations';
import { formatValue, ScatterChart } from '@plumage/charts';
import { useMemo } from 'react';
import { Empty, Problem } from '../../../design/notice.tsx';
import { BlockSkeleton } from '../../../design/skeletons.tsx';
import { useScheme } from '../../../design/use-scheme.ts';
import { sayError } from '../../../graph/say-error.ts';
import type { Sweep } from '../sweep.page.tsx';
import { metricAxis } from './insight-points.ts';
import { useInsight } from './use-insight.ts';

const chartHeight = 300;

export const Front = ({
  sweep,
  onOpen,
}: {
  readonly sweep: Sweep;
  readonly onOpen: (id: string) => void;
}) => {
  const scheme = useScheme();
  const { data, error } = useInsight(SweepFrontDocument, { id: sweep.id }, sweep);
  const front = data?.sweep?.paretoFront;
  const drawn = useMemo(() => {
    if (front === undefined) return null;
    const [x, y] = front.metrics;
    const points = front.runIds.map((runId, i) => ({
      ...{ runId, label: `run ${front.numbers[i] ?? ''}` },
      ...{ x: front.values[0]?.[i] ?? Number.NaN, y: front.values[1]?.[i] ?? Number.NaN },
      ...{ weight: front.onFront[i] === true ? 1 : 0.3, isMarked: front.onFront[i] ?? false },
    }));
    return { points, x: metricAxis(x ?? ''), y: metricAxis(y ?? '') };
  }, [front]);
  if (error !== undefined && drawn === null) return <Problem>{sayError(error)}</Problem>;
  if (front === undefined || drawn === null) return <BlockSkeleton height={chartHeight + 24} />;
  if (drawn.points.length === 0)
    return <Empty title="No front yet">It begins with the first run that has every metric.</Empty>;
  const goals = front.metrics.map((name, i) => `${front.goals[i]?.toLowerCase() ?? ''} ${name}`).join(', ');
  const volume = front.hypervolume === null ? '' : `; hypervolume ${formatValue(front.hypervolume)}`;
  return (
    <>
      <ScatterChart
        title="Pareto front"
        {...drawn}
        joinsMarked={front.metrics.length === 2}
        scheme={scheme}
        height={chartHeight}
        onOpen={onOpen}
      />
      <p className="quiet">
        {front.onFront.filter(Boolean).length} of {drawn.points.length} runs are on the front ({goals})
        {volume}
      </p>
    </>
  );
};
