'use client';
/** What the results of a sweep tell: which parameters matter, where the good runs lie, and what they trade. */
import { SegmentedControl } from '@mantine/core';
import type { SweepDefinition } from '@plumage/contract';
import { type RunLineFragment, SweepImportanceDocument } from '@plumage/api-client/operations';
import { ParallelChart } from '@plumage/charts';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { Empty, Problem } from '../../../design/notice.tsx';
import { useScheme } from '../../../design/use-scheme.ts';
import { sayError } from '../../../graph/say-error.ts';
import type { Sweep } from '../sweep.page.tsx';
import { Contour } from './contour.tsx';
import { Front } from './front.tsx';
import { ImportanceChart, type ImportanceMethod } from './importance.tsx';
import styles from './insight.module.css';
import { parallelOf, searchedPaths } from './insight-points.ts';
import { Slices } from './slices.tsx';
import { useInsight } from './use-insight.ts';

const importanceHeight = (parameters: number): number => 100 + 24 * Math.max(4, Math.min(parameters, 10));
const parallelHeight = 260;

interface InsightProps {
  readonly sweep: Sweep;
  readonly runs: readonly RunLineFragment[];
  /** The runs that pass the brushes; null: nothing is brushed. */
  readonly onBrush: (runIds: readonly string[] | null) => void;
}

const Parallel = ({
  sweep,
  runs,
  onBrush,
  onOpen,
}: InsightProps & { readonly onOpen: (id: string) => void }) => {
  const scheme = useScheme();
  const definition = sweep.definition as SweepDefinition;
  const drawn = useMemo(
    () => parallelOf(definition, runs, sweep.metricName ?? 'objective'),
    [definition, runs, sweep.metricName],
  );
  return (
    <div className={styles.parallel} tabIndex={0} role="region" aria-label="Runs over their parameters">
      <div style={{ minWidth: Math.max(320, drawn.axes.length * 96) }}>
        <ParallelChart
          title="Parameters of each run"
          axes={drawn.axes}
          runs={drawn.runs}
          goal={sweep.metricGoal?.toLowerCase() === 'maximize' ? 'maximize' : 'minimize'}
          scheme={scheme}
          height={parallelHeight}
          onBrush={onBrush}
          onOpen={onOpen}
        />
      </div>
      <p className={styles.hint}>
        Drag along an axis to filter the table of runs; a click on it lets all pass again.
      </p>
    </div>
  );
};

export const Insight = (props: InsightProps) => {
  const { sweep } = props;
  const router = useRouter();
  const definition = sweep.definition as SweepDefinition;
  const [method, setMethod] = useState<ImportanceMethod>('FANOVA');
  const [metric, setMetric] = useState<string | null>(null);
  const variables = { id: sweep.id, metric, method };
  const { data, error } = useInsight(SweepImportanceDocument, variables, sweep, sweep.metricName === null);
  const importance = data?.sweep?.importance;
  const searched = useMemo(() => searchedPaths(definition), [definition]);
  const ranked = importance?.parameters.filter((path) => searched.includes(path)) ?? [];
  const parameters = [...ranked, ...searched.filter((path) => !ranked.includes(path))];
  const open = (runId: string): void => router.push(`/runs/${runId}`);
  if (sweep.metricName === null)
    return (
      <Empty title="Nothing to compare by">The sweep has no metric, so no run is better than another.</Empty>
    );
  if (searched.length === 0)
    return <Empty title="Nothing is searched">Every parameter of this sweep is a constant.</Empty>;
  const metrics = definition.metrics.map(({ name }) => name);
  return (
    <div className={styles.insight}>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {metrics.length > 1 && (
        <SegmentedControl
          aria-label="Metric of the insight"
          value={metric ?? sweep.metricName}
          data={metrics}
          onChange={setMetric}
        />
      )}
      <Parallel {...props} onOpen={open} />
      <div className={styles.pair}>
        <ImportanceChart
          importance={importance?.method === method ? importance : undefined}
          method={method}
          height={importanceHeight(parameters.length)}
          onMethod={setMethod}
        />
        <Contour sweep={sweep} metric={metric} parameters={parameters} onOpen={open} />
      </div>
      <Slices sweep={sweep} metric={metric} parameters={parameters} onOpen={open} />
      {metrics.length > 1 && <Front sweep={sweep} onOpen={open} />}
    </div>
  );
};
