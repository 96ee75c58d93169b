'use client';
/** What another stopping rule would have made of this sweep's recorded curves, before one changes to it. */
import { Button } from '@mantine/core';
import { ReplayStoppingDocument, type ReplayStoppingQuery } from '@plumage/api-client/operations';
import { formatStep } from '@plumage/charts';
import Link from 'next/link';
import { useState } from 'react';
import { useQuery } from 'urql';
import { DataTable, type TableColumn } from '../../../design/data-table.tsx';
import { Empty, Notice, Problem } from '../../../design/notice.tsx';
import { ProblemList } from '../../../design/problem-list.tsx';
import { BlockSkeleton } from '../../../design/skeletons.tsx';
import { sayDuration } from '../../../design/time.tsx';
import { sayError } from '../../../graph/say-error.ts';
import { RuleFields } from '../../sweep-builder/rule-fields.tsx';
import { ruleOf, ruleOptions } from '../../sweep-builder/stopping-rules.ts';
import type { Sweep } from '../sweep.page.tsx';
import { type ReplayedRun, stoppedRuns } from './replayed-runs.ts';
import styles from './stopping.module.css';

type Outcome = NonNullable<ReplayStoppingQuery['sweep']>['replayStopping'];
type Replayed = Extract<Outcome, { __typename: 'StoppingReplay' }>;

const path = 'early_terminate';

const columns: readonly TableColumn<ReplayedRun>[] = [
  {
    id: 'number',
    header: 'Run',
    numeric: true,
    sortBy: (run) => run.number,
    cell: (run) => <Link href={`/runs/${run.runId}`}>{run.number}</Link>,
  },
  { id: 'at', header: 'At step', numeric: true, sortBy: (run) => run.at, cell: (run) => formatStep(run.at) },
  {
    id: 'of',
    header: 'Trained',
    numeric: true,
    sortBy: (run) => run.trained,
    cell: (run) => formatStep(run.trained),
  },
  {
    id: 'saved',
    header: 'Saved',
    numeric: true,
    sortBy: (run) => run.saved,
    cell: (run) => formatStep(run.saved),
  },
  { id: 'why', header: 'Why', cell: (run) => run.sentence ?? '–' },
];

const Savings = ({ replay }: { readonly replay: Replayed }) => {
  const share = replay.totalSteps > 0 ? replay.stepsSaved / replay.totalSteps : 0;
  const percent = `${(share * 100).toFixed(0)} %`;
  return (
    <div className={styles.saved}>
      <div className={styles.savedBar} role="img" aria-label={`${percent} of the steps saved`}>
        <span style={{ width: `${Math.min(1, share) * 100}%` }} />
      </div>
      <span>
        {formatStep(replay.stepsSaved)} of {formatStep(replay.totalSteps)} steps, {percent}
        {replay.totalMs > 0 && `; ${sayDuration(replay.savedMs)} of ${sayDuration(replay.totalMs)} at work`}
      </span>
    </div>
  );
};

const Result = ({ replay }: { readonly replay: Replayed }) => {
  const [sort, setSort] = useState({ id: 'saved', descending: true });
  const runs = stoppedRuns(replay);
  return (
    <>
      <p className={styles.sentence} role="status">
        {replay.sentence}
      </p>
      {replay.bestSurvives === false && <Notice>It would have stopped the best run.</Notice>}
      <Savings replay={replay} />
      {runs.length > 0 && (
        <DataTable
          label="Runs that it would have stopped"
          rows={runs}
          columns={columns}
          rowId={(run) => run.runId}
          sort={sort}
          onSort={setSort}
          maxHeight={300}
        />
      )}
    </>
  );
};

export const Replay = ({ sweep }: { readonly sweep: Sweep }) => {
  const [type, setType] = useState('median');
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [asked, setAsked] = useState<unknown>(null);
  const [{ data, error, fetching }] = useQuery({
    query: ReplayStoppingDocument,
    variables: { id: sweep.id, rule: asked },
    pause: asked === null,
    requestPolicy: 'network-only',
  });
  const outcome = asked === null ? undefined : data?.sweep?.replayStopping;
  const problems = outcome?.__typename === 'SweepInvalid' ? outcome.problems : [];
  const problemOf = (key: string): string | undefined => {
    const found = problems.find((problem) => problem.path === `${path}.${key}`);
    return found === undefined ? undefined : `${found.message}; expected ${found.expected}`;
  };
  const isShown = (at: string): boolean =>
    at === `${path}.type` || ruleOptions(type).some(({ key }) => at === `${path}.${key}`);
  if (sweep.metricName === null)
    return <Empty title="Nothing to compare by">A rule needs the sweep to have a metric.</Empty>;
  return (
    <div className={styles.replay}>
      <form
        aria-label="Another rule"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(ruleOf(type, typed));
        }}
      >
        <RuleFields
          type={type}
          typed={typed}
          problemOf={problemOf}
          none="Choose a rule"
          onType={(next) => {
            setType(next);
            setTyped({});
            setAsked(null);
          }}
          onOption={(key, next) => setTyped((known) => ({ ...known, [key]: next }))}
        />
        <Button type="submit" disabled={type === ''} loading={fetching}>
          Replay
        </Button>
      </form>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      <ProblemList problems={problems.filter((problem) => !isShown(problem.path))} />
      {fetching && outcome === undefined && <BlockSkeleton height={120} />}
      {outcome?.__typename === 'StoppingReplay' && <Result replay={outcome} />}
    </div>
  );
};
