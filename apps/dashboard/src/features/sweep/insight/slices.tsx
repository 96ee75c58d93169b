'use client';
/** One parameter against the metric, chart beside chart, the most important first. */
import { Button } from '@mantine/core';
import { SweepSliceDocument } from '@plumage/api-client/operations';
import { ScatterChart } from '@plumage/charts';
import { useMemo, useState } from 'react';
import { Problem } from '../../../design/notice.tsx';
import { BlockSkeleton } from '../../../design/skeletons.tsx';
import { useScheme } from '../../../design/use-scheme.ts';
import { sayError } from '../../../graph/say-error.ts';
import type { Sweep } from '../sweep.page.tsx';
import { chartAxisOf, metricAxis, pointsOf } from './insight-points.ts';
import styles from './insight.module.css';
import { useInsight } from './use-insight.ts';

const sliceHeight = 190;
const titleHeight = 24;
const fewSlices = 6;

interface SliceProps {
  readonly sweep: Sweep;
  readonly metric: string | null;
  readonly onOpen: (runId: string) => void;
}

const Slice = ({ sweep, metric, parameter, onOpen }: SliceProps & { readonly parameter: string }) => {
  const scheme = useScheme();
  const { data, error } = useInsight(SweepSliceDocument, { id: sweep.id, parameter, metric }, sweep);
  const slice = data?.sweep?.slice;
  const points = useMemo(() => (slice === undefined ? [] : pointsOf({ ...slice, y: slice.values })), [slice]);
  const axes = useMemo(
    () => (slice === undefined ? null : { x: chartAxisOf(slice.axis), y: metricAxis(slice.metric) }),
    [slice],
  );
  if (error !== undefined && axes === null) return <Problem>{sayError(error)}</Problem>;
  if (axes === null) return <BlockSkeleton height={sliceHeight + titleHeight} />;
  return (
    <ScatterChart
      title={parameter}
      points={points}
      x={axes.x}
      y={axes.y}
      scheme={scheme}
      height={sliceHeight}
      onOpen={onOpen}
    />
  );
};

export const Slices = (props: SliceProps & { readonly parameters: readonly string[] }) => {
  const [all, setAll] = useState(false);
  const { parameters } = props;
  const shown = all ? parameters : parameters.slice(0, fewSlices);
  return (
    <>
      <div className={styles.slices}>
        {shown.map((parameter) => (
          <Slice key={parameter} {...props} parameter={parameter} />
        ))}
      </div>
      {parameters.length > fewSlices && (
        <Button variant="subtle" onClick={() => setAll(!all)}>
          {all ? 'The most important only' : `All ${parameters.length} parameters`}
        </Button>
      )}
    </>
  );
};
