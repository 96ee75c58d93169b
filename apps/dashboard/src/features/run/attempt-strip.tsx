'use client';
/** A run's history at a glance: one bar for each attempt over the run's steps; hatched is what was done again. */
import { formatStep } from '@plumage/charts';
import { useId } from 'react';
import { attemptBars, lastStepOf } from './attempt-bars.ts';
import styles from './attempts.module.css';
import type { Run } from './run.page.tsx';

const rowHeight = 12;
const barHeight = 6;
/** CSS pixels of what was done again, whose true length is not known. */
const stub = 20;
const mostBars = 24;

const percent = (share: number): string => `${(100 * share).toFixed(3)}%`;

export const AttemptStrip = ({ run }: { readonly run: Run }) => {
  const hatch = useId();
  const all = attemptBars(run);
  const bars = all.slice(-mostBars);
  const redone = bars.some((bar) => bar.redone);
  return (
    <div className={styles.strip}>
      <svg role="group" aria-label="Attempts over steps" height={bars.length * rowHeight}>
        <defs>
          <pattern
            id={hatch}
            width="4"
            height="4"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <path d="M1 0v4" className={styles.hatch} />
          </pattern>
        </defs>
        {bars.map((bar, row) => {
          const y = row * rowHeight + (rowHeight - barHeight) / 2;
          return (
            <g key={bar.epoch} role="img" aria-label={bar.label} data-tone={bar.tone}>
              <title>{bar.label}</title>
              <line x1="0" x2="100%" y1={y + barHeight / 2} y2={y + barHeight / 2} className={styles.track} />
              {bar.redone && (
                <rect x={percent(bar.to)} y={y} width={stub} height={barHeight} fill={`url(#${hatch})`} />
              )}
              <rect
                className={styles.bar}
                x={percent(bar.from)}
                y={y}
                width={percent(bar.to - bar.from)}
                height={barHeight}
              />
              <rect className={styles.bar} x={percent(bar.from)} y={y} width={2} height={barHeight} />
            </g>
          );
        })}
      </svg>
      <p className={styles.axis}>
        <span>0</span>
        {redone && <span>hatched: done again by a later attempt</span>}
        {all.length > bars.length && <span>the newest {bars.length} attempts</span>}
        <span>step {formatStep(lastStepOf(run))}</span>
      </p>
    </div>
  );
};
