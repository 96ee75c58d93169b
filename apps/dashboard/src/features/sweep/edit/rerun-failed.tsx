'use client';
/** Failed runs, run again: all of them, or those that failed in one of some ways. */
import { Button, Checkbox } from '@mantine/core';
import { RerunFailedDocument, type RunLineFragment } from '@plumage/api-client/operations';
import { useState } from 'react';
import { useMutation } from 'urql';
import { Dialog } from '../../../design/dialog.tsx';
import { Notice, Problem } from '../../../design/notice.tsx';
import { sayError } from '../../../graph/say-error.ts';
import type { Sweep } from '../sweep.page.tsx';
import styles from './edit.module.css';
import { countFailures } from './failure-counts.ts';

const sayRuns = (count: number): string => (count === 1 ? '1 run' : `${count} runs`);

interface RerunProps {
  readonly sweep: Sweep;
  readonly runs: readonly RunLineFragment[];
}

const RerunForm = ({ sweep, runs, onClose }: RerunProps & { readonly onClose: () => void }) => {
  const [{ data, error, fetching }, rerun] = useMutation(RerunFailedDocument);
  const [left, setLeft] = useState<readonly string[]>([]);
  const counts = countFailures(runs);
  const named = counts.flatMap(({ failureClass }) => (failureClass === null ? [] : [failureClass]));
  const chosen = named.filter((one) => !left.includes(one));
  const send = (): void => {
    const all = left.length === 0;
    void rerun({ input: { sweepId: sweep.id, ...(all ? {} : { failureClasses: [...chosen] }) } });
  };
  const count = data?.rerunFailed.count;
  return (
    <>
      <h2>Run failed ones again</h2>
      <p className={styles.about}>
        Their failures are forgotten; those with a checkpoint go on from it. {sayRuns(sweep.runCounts.failed)}{' '}
        of this sweep failed.
      </p>
      <div className={styles.classes} role="group" aria-label="Those that failed by">
        {counts.map(
          ({ failureClass, count: many }) =>
            failureClass !== null && (
              <Checkbox
                key={failureClass}
                label={`${failureClass.replaceAll('_', ' ')} (${sayRuns(many)})`}
                checked={!left.includes(failureClass)}
                onChange={(event) =>
                  setLeft(
                    event.currentTarget.checked
                      ? left.filter((one) => one !== failureClass)
                      : [...left, failureClass],
                  )
                }
              />
            ),
        )}
      </div>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {count !== undefined && (
        <Notice>{count === 0 ? 'No failed run is left.' : `${sayRuns(count)} will run again.`}</Notice>
      )}
      <div className={styles.choices}>
        <Button onClick={onClose}>Close</Button>
        <Button
          variant="filled"
          loading={fetching}
          disabled={count !== undefined || (named.length > 0 && chosen.length === 0)}
          onClick={send}
        >
          Run again
        </Button>
      </div>
    </>
  );
};

export const RerunFailed = (props: RerunProps) => {
  const [opened, setOpened] = useState(false);
  const close = (): void => setOpened(false);
  return (
    <>
      {props.sweep.runCounts.failed > 0 && (
        <Button onClick={() => setOpened(true)}>Run {props.sweep.runCounts.failed} failed again</Button>
      )}
      <Dialog opened={opened} onClose={close} label="Run failed ones again">
        <RerunForm {...props} onClose={close} />
      </Dialog>
    </>
  );
};
