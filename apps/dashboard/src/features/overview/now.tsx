import type { RunLineFragment, SweepLineFragment } from '@plumage/api-client/operations';
import { formatStep, formatValue } from '@plumage/charts';
import Link from 'next/link';
import { Progress } from '../../design/progress.tsx';
import { StateMark } from '../../design/state-mark.tsx';
import styles from './overview.module.css';

export const NowRunning = (props: {
  readonly runs: readonly RunLineFragment[];
  readonly known: boolean;
  readonly agents: number;
}) => (
  <section aria-label="Running now">
    <h2 className={styles.asideTitle}>Running now</h2>
    <ul className={styles.list}>
      {props.runs.map((run) => (
        <li key={run.id} className={styles.run}>
          <Link href={`/runs/${run.id}`}>{run.name}</Link>
          <span className={styles.fact}>
            {run.slot?.imagesPerSecond == null ? '' : `${formatValue(run.slot.imagesPerSecond, 3)} img/s`}
          </span>
          <span className={styles.sub}>{run.sweep.name}</span>
          <span className={styles.fact}>
            {formatStep(run.step)}
            {run.totalSteps === null ? '' : ` / ${formatStep(run.totalSteps)}`}
          </span>
          <Progress value={run.step} total={run.totalSteps} label={`Progress of ${run.name}`} />
        </li>
      ))}
    </ul>
    {props.known && props.runs.length === 0 && (
      <p className={styles.none}>
        {props.agents === 0 ? (
          <>
            Nothing. <Link href="/agents">Start an agent</Link> to train queued runs.
          </>
        ) : (
          'Nothing. The agents wait for work.'
        )}
      </p>
    )}
  </section>
);

export const OpenSweeps = (props: {
  readonly sweeps: readonly SweepLineFragment[];
  readonly known: boolean;
}) => (
  <section aria-label="Sweeps">
    <h2 className={styles.asideTitle}>
      <Link href="/sweeps">Sweeps</Link>
    </h2>
    <ul className={styles.list}>
      {props.sweeps.map((sweep) => (
        <li key={sweep.id} className={styles.run}>
          <Link href={`/sweeps/${sweep.id}`}>{sweep.name}</Link>
          <StateMark state={sweep.state} />
          <span className={styles.sub}>
            {sweep.runCounts.finished} of {sweep.runCap ?? sweep.runCounts.total} finished
          </span>
          <span className={styles.fact}>
            {sweep.bestRun?.objective == null ? '' : `best ${formatValue(sweep.bestRun.objective)}`}
          </span>
        </li>
      ))}
    </ul>
    {props.known && props.sweeps.length === 0 && (
      <p className={styles.none}>
        None yet. <Link href="/sweeps/new">Define one</Link>.
      </p>
    )}
  </section>
);
