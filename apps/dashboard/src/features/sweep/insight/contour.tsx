'use client';
/** The metric over two parameters: the runs, and between them what their neighbours suggest. */
import { NativeSelect } from '@mantine/core';
import { SweepContourDocument } from '@plumage/api-client/operations';
import { ScatterChart } from '@plumage/charts';
import { useMemo, useState } from 'react';
import { Empty, Problem } from '../../../design/notice.tsx';
import { BlockSkeleton } from '../../../design/skeletons.tsx';
import { useScheme } from '../../../design/use-scheme.ts';
import { sayError } from '../../../graph/say-error.ts';
import type { Sweep } from '../sweep.page.tsx';
import { chartAxisOf, pointsOf } from './insight-points.ts';
import styles from './insight.module.css';
import { useInsight } from './use-insight.ts';

const chartHeight = 300;

export const Contour = (props: {
  readonly sweep: Sweep;
  readonly metric: string | null;
  /** The most important first. */
  readonly parameters: readonly string[];
  readonly onOpen: (runId: string) => void;
}) => {
  const { sweep, metric, parameters, onOpen } = props;
  const scheme = useScheme();
  const [chosen, setChosen] = useState<{ readonly x?: string; readonly y?: string }>({});
  const x = chosen.x ?? parameters[0] ?? '';
  const y = chosen.y ?? parameters.find((one) => one !== x) ?? '';
  const pause = x === '' || y === '' || x === y;
  const { data, error } = useInsight(SweepContourDocument, { id: sweep.id, x, y, metric }, sweep, pause);
  const contour = pause ? undefined : data?.sweep?.contour;
  const drawn = useMemo(
    () =>
      contour === undefined
        ? null
        : {
            points: pointsOf(contour),
            x: chartAxisOf(contour.xAxis),
            y: chartAxisOf(contour.yAxis),
            grid: {
              ...{ x: contour.gridX, y: contour.gridY, values: contour.grid },
              isLowGood: contour.goal === 'MINIMIZE',
            },
          },
    [contour],
  );
  if (parameters.length < 2)
    return <Empty title="One parameter only">A map needs two parameters that are searched.</Empty>;
  return (
    <div className={styles.block}>
      <div className={styles.blockHead}>
        <NativeSelect
          aria-label="Parameter to the right"
          size="xs"
          data={parameters.filter((one) => one !== y)}
          value={x}
          onChange={(event) => setChosen({ x: event.currentTarget.value, y })}
        />
        <NativeSelect
          aria-label="Parameter upwards"
          size="xs"
          data={parameters.filter((one) => one !== x)}
          value={y}
          onChange={(event) => setChosen({ x, y: event.currentTarget.value })}
        />
      </div>
      {error !== undefined && drawn === null && <Problem>{sayError(error)}</Problem>}
      {drawn === null ? (
        <BlockSkeleton height={chartHeight + 24} />
      ) : (
        <ScatterChart
          title={`${contour?.metric ?? ''} over two parameters`}
          {...drawn}
          scheme={scheme}
          height={chartHeight}
          onOpen={onOpen}
        />
      )}
    </div>
  );
};
