'use client';
/** A run's metrics as small charts that share their cursor, their zoom, their smoothing and their scale. */
import { Button, Slider, Switch } from '@mantine/core';
import { LineChart } from '@plumage/charts';
import { useMemo, useState } from 'react';
import { Section } from '../../design/page-head.tsx';
import { useScheme } from '../../design/use-scheme.ts';
import { useSeries } from '../../graph/use-series.ts';
import { orderMetrics, usualMetrics } from './metric-order.ts';
import styles from './run.module.css';
import type { Run } from './run.page.tsx';

const chartHeight = 148;
const accent = { light: '#00707c', dark: '#46bcc8' } as const;

export const RunCharts = ({ run }: { readonly run: Run }) => {
  const scheme = useScheme();
  const [range, setRange] = useState<readonly [number, number] | null>(null);
  const [smoothing, setSmoothing] = useState(0);
  const [logScale, setLogScale] = useState(false);
  const objective = run.sweep.metricName;
  const keyText = orderMetrics(
    run.metrics.map((metric) => metric.key),
    objective,
  ).join('\n');
  const keys = useMemo(() => (keyText === '' ? [] : keyText.split('\n')), [keyText]);
  const runIds = useMemo(() => [run.id], [run.id]);
  const { lines } = useSeries({ runIds, keys, range, points: range === null ? 400 : 1_000 });
  const byKey = useMemo(
    () => new Map(lines.map((line) => [line.key, [{ ...line, id: line.key, label: line.key }]])),
    [lines],
  );
  const shown = keys.length > 0 ? keys : usualMetrics(run.sweep.trainer, objective);
  return (
    <Section
      title="Metrics"
      aside={
        <>
          {range !== null && <Button onClick={() => setRange(null)}>Whole run</Button>}
          <Switch
            label="Log scale"
            checked={logScale}
            onChange={(event) => setLogScale(event.currentTarget.checked)}
          />
          <span className={styles.smoothing}>
            <span id="smoothing-label">Smoothing</span>
            <Slider
              w={96}
              size="xs"
              min={0}
              max={0.99}
              step={0.01}
              label={null}
              thumbProps={{ 'aria-labelledby': 'smoothing-label' }}
              value={smoothing}
              onChange={setSmoothing}
            />
            <output className="numeric">{smoothing.toFixed(2)}</output>
          </span>
        </>
      }
    >
      <div className={styles.charts}>
        {shown.map((key) => (
          <LineChart
            key={key}
            title={key}
            series={byKey.get(key) ?? []}
            scheme={scheme}
            height={chartHeight}
            color={accent[scheme]}
            smoothing={smoothing}
            logScale={logScale}
            syncKey="run"
            range={range}
            onRange={setRange}
            empty="no values yet"
          />
        ))}
      </div>
    </Section>
  );
};
