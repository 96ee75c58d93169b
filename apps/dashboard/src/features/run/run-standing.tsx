import { formatStep, formatValue } from '@plumage/charts';
import type { ReactNode } from 'react';
import { Progress } from '../../design/progress.tsx';
import { Problem } from '../../design/notice.tsx';
import { Ago, sayClock, sayDuration, sayMoment, useNow } from '../../design/time.tsx';
import { sayPlace } from './attempt-words.ts';
import type { Run } from './run.page.tsx';
import styles from './run.module.css';
import { remainingMs } from './remaining.ts';
import { RunWaiting } from './run-waiting.tsx';

const Figure = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className={styles.figure}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const sayHolder = ({ slot, attempts }: Run): string => {
  if (slot !== null) return `${slot.agent.name}, slot ${slot.index}`;
  const last = attempts.at(-1);
  return last === undefined ? '–' : sayPlace(last);
};

/** Where the run stands: step, speed, objective, who trains it. Every figure keeps its place. */
export const RunStanding = ({ run }: { readonly run: Run }) => {
  const now = useNow();
  const attempt = run.attempts.at(-1);
  const running = run.state === 'RUNNING';
  const left = running && attempt !== undefined ? remainingMs(run, attempt, now) : null;
  return (
    <>
      {run.failureMessage !== null && run.state === 'FAILED' && (
        <Problem>
          {run.failureClass === null ? '' : `${run.failureClass}: `}
          {run.failureMessage}
        </Problem>
      )}
      <RunWaiting run={run} />
      <Progress value={run.step} total={run.totalSteps} label="Steps done" />
      <dl className={styles.standing}>
        <Figure name="step">
          {formatStep(run.step)}
          {run.totalSteps !== null && <span className="quiet"> / {formatStep(run.totalSteps)}</span>}
        </Figure>
        <Figure name={run.sweep.metricName ?? 'objective'}>{formatValue(run.objective)}</Figure>
        <Figure name="images / s">{formatValue(run.slot?.imagesPerSecond, 3)}</Figure>
        <Figure name={running ? 'left' : 'ended'}>
          {running ? left === null ? '–' : sayDuration(left) : <Ago at={run.finishedAt} />}
        </Figure>
        <Figure name="attempt">{run.leaseEpoch === 0 ? '–' : run.leaseEpoch}</Figure>
        <Figure name="agent">{sayHolder(run)}</Figure>
        {running && run.leaseExpiresAt !== null && (
          <Figure name="held until">
            <time
              dateTime={run.leaseExpiresAt}
              title={`${sayMoment(Date.parse(run.leaseExpiresAt))}; every heartbeat renews it`}
            >
              {sayClock(Date.parse(run.leaseExpiresAt))}
            </time>
          </Figure>
        )}
        <Figure name="back end">{run.slot?.backend ?? run.backend ?? '–'}</Figure>
      </dl>
    </>
  );
};
