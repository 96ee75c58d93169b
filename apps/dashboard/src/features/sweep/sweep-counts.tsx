import { formatStep } from '@plumage/charts';
import { Progress } from '../../design/progress.tsx';
import { StateMark } from '../../design/state-mark.tsx';
import type { Sweep } from './sweep.page.tsx';
import styles from './sweep.module.css';

const states = ['running', 'queued', 'paused', 'finished', 'pruned', 'failed', 'cancelled'] as const;

/** How many runs are in each state, and how much of the run cap is done. Zero stays in place, only quieter. */
export const SweepCounts = ({ sweep }: { readonly sweep: Sweep }) => {
  const { runCounts, runCap } = sweep;
  const done = runCounts.finished + runCounts.pruned + runCounts.failed + runCounts.cancelled;
  return (
    <div className={styles.counts}>
      <ul>
        {states.map((state) => (
          <li key={state} data-zero={runCounts[state] === 0}>
            <b>{formatStep(runCounts[state])}</b> <StateMark state={state.toUpperCase()} />
          </li>
        ))}
        <li className={styles.cap}>
          {runCap === null ? `${done} done, no limit` : `${done} of ${runCap} done`}
        </li>
      </ul>
      <Progress value={done} total={runCap ?? runCounts.total} label="Runs done" />
    </div>
  );
};
