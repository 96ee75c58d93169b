'use client';
/** Which parameters matter: bars that sum to one, by one of two methods. */
import { SegmentedControl } from '@mantine/core';
import type { SweepImportanceQuery } from '@plumage/api-client/operations';
import { BarChart } from '@plumage/charts';
import { Empty } from '../../../design/notice.tsx';
import { BlockSkeleton } from '../../../design/skeletons.tsx';
import styles from './insight.module.css';

export type Importance = NonNullable<SweepImportanceQuery['sweep']>['importance'];
export type ImportanceMethod = Importance['method'];

const methods = [
  { value: 'FANOVA', label: 'fANOVA' },
  { value: 'PED_ANOVA', label: 'PED-ANOVA' },
];

const abouts: Readonly<Record<ImportanceMethod, string>> = {
  FANOVA: 'Shares of the variance over the whole space, by a forest of trees.',
  PED_ANOVA: 'What tells the best tenth of the runs from all of them.',
};

export const ImportanceChart = (props: {
  readonly importance: Importance | undefined;
  readonly method: ImportanceMethod;
  readonly height: number;
  readonly onMethod: (method: ImportanceMethod) => void;
}) => {
  const { importance, method, height } = props;
  return (
    <div className={styles.block} style={{ minHeight: height }}>
      <div className={styles.blockHead}>
        <SegmentedControl
          aria-label="How importance is measured"
          value={method}
          data={methods}
          onChange={(next) => props.onMethod(next as ImportanceMethod)}
        />
        <span>{abouts[method]}</span>
      </div>
      {importance === undefined && <BlockSkeleton height={height - 60} />}
      {importance?.reason != null && <Empty title="Not to be told yet">{importance.reason}</Empty>}
      {importance !== undefined && importance.parameters.length > 0 && (
        <BarChart
          title={`Importance for ${importance.metric}, ${importance.runs} runs`}
          bars={importance.parameters.map((label, i) => {
            const deviation = importance.deviations[i];
            return {
              label,
              share: importance.importances[i] ?? 0,
              ...(deviation == null ? {} : { note: `± ${(deviation * 100).toFixed(1)} %` }),
            };
          })}
        />
      )}
    </div>
  );
};
