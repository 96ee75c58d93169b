'use client';
/** The objective of all runs as curves over steps, and its history over runs. */
import { SegmentedControl } from '@mantine/core';
import type { RunLineFragment } from '@plumage/api-client/operations';
import { HistoryChart, LineChart } from '@plumage/charts';
import { useMemo, useState } from 'react';
import { Section } from '../../design/page-head.tsx';
import { useScheme } from '../../design/use-scheme.ts';
import { useSeries } from '../../graph/use-series.ts';
import { metricChoices } from './metric-choices.ts';
import styles from './sweep.module.css';
import type { Sweep } from './sweep.page.tsx';

const mostCurves = 40;
const chartHeight = 220;

export const SweepCharts = (props: {
  readonly sweep: Sweep | undefined;
  readonly runs: readonly RunLineFragment[] | undefined;
}) => {
  const scheme = useScheme();
  const [chosen, setChosen] = useState<string | null>(null);
  const [range, setRange] = useState<readonly [number, number] | null>(null);
  const runs = props.runs ?? [];
  const choices = props.sweep === undefined ? [] : metricChoices(props.sweep);
  const metric = chosen ?? choices[0] ?? null;
  const keys = useMemo(() => (metric === null ? [] : [metric]), [metric]);
  const goal = props.sweep?.metricGoal?.toLowerCase() === 'maximize' ? 'maximize' : 'minimize';
  const shown = useMemo(() => runs.filter((run) => run.step > 0).slice(-mostCurves), [runs]);
  const runIds = useMemo(() => shown.map((run) => run.id), [shown]);
  const names = useMemo(() => new Map(shown.map((run) => [run.id, run.name])), [shown]);
  const series = useSeries({ runIds, keys, range, points: range === null ? 200 : 800 });
  const lines = useMemo(
    () =>
      series.lines.map((line) => ({
        ...line,
        id: line.runId,
        label: names.get(line.runId) ?? '',
        attempts: [],
      })),
    [series.lines, names],
  );
  const points = useMemo(
    () => runs.map((run) => ({ number: run.number, value: run.objective, label: run.name })),
    [runs],
  );
  return (
    <Section
      title="Curves"
      aside={
        <>
          {shown.length < runs.length && shown.length === mostCurves && (
            <span>the newest {mostCurves} runs</span>
          )}
          {metric !== null && (
            <SegmentedControl aria-label="Metric" value={metric} data={[...choices]} onChange={setChosen} />
          )}
        </>
      }
    >
      <div className={styles.charts}>
        <LineChart
          title={metric === null ? ' ' : `${metric} by step`}
          series={lines}
          scheme={scheme}
          height={chartHeight}
          range={range}
          onRange={setRange}
          empty={props.runs === undefined ? ' ' : 'no values yet'}
        />
        <HistoryChart
          title={`${props.sweep?.metricName ?? 'objective'} by run`}
          points={points}
          goal={goal}
          scheme={scheme}
          height={chartHeight}
        />
      </div>
    </Section>
  );
};
