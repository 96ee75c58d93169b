'use client';
/** What the sweep would take, before it starts: runs, rungs, steps, time, and where these figures come from. */
import { PlanSweepDocument, type PlanSweepQuery } from '@plumage/api-client/operations';
import { formatStep, formatValue } from '@plumage/charts';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from 'urql';
import { Facts } from '../../design/facts.tsx';
import { Section } from '../../design/page-head.tsx';
import { planFigures } from './plan-words.ts';
import styles from './sweep-builder.module.css';

const pauseMs = 600;

export type Plan = Extract<PlanSweepQuery['planSweep'], { __typename: 'SweepPlan' }>;

/** The plan of a text, once one has paused typing; null while the text is not sound or not known yet. */
export const usePlan = (text: string, sound: boolean): Plan | null => {
  const [settled] = useDebouncedValue(text, pauseMs);
  const pause = !sound || settled !== text;
  const [{ data }] = useQuery({ query: PlanSweepDocument, variables: { source: settled }, pause });
  return !pause && data?.planSweep.__typename === 'SweepPlan' ? data.planSweep : null;
};

const Rungs = ({ rungs }: { readonly rungs: Plan['rungs'] }) =>
  rungs.length > 0 && (
    <table className={styles.planRungs}>
      <caption>Runs expected at each rung</caption>
      <thead>
        <tr>
          <th scope="col">Bracket</th>
          <th scope="col">Step</th>
          <th scope="col">Runs</th>
          <th scope="col">Go on</th>
        </tr>
      </thead>
      <tbody>
        {rungs.map((rung) => (
          <tr key={`${rung.bracket} ${rung.step}`}>
            <td>{rung.bracket + 1}</td>
            <td>{formatStep(rung.step)}</td>
            <td>{rung.runs === null ? '–' : formatValue(rung.runs, 3)}</td>
            <td>{(rung.goesOn * 100).toFixed(0)} %</td>
          </tr>
        ))}
      </tbody>
    </table>
  );

export const PlanPanel = ({ plan, sound }: { readonly plan: Plan | null; readonly sound: boolean }) => (
  <Section title="Plan" aside={plan === null ? (sound ? 'reckoning…' : 'once nothing is left to mend') : ''}>
    <div className={styles.plan} aria-live="polite">
      {plan !== null && (
        <>
          <Facts
            rows={[
              ...planFigures(plan),
              ['a step', plan.stepMs === null ? 'not known' : `${formatValue(plan.stepMs, 3)} ms`],
            ]}
          />
          <p>{plan.stepMsFrom}</p>
          <Rungs rungs={plan.rungs} />
          {plan.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </>
      )}
    </div>
  </Section>
);
