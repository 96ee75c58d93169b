'use client';
import { Button } from '@mantine/core';
import {
  CancelSweepDocument,
  PauseSweepDocument,
  ResumeSweepDocument,
  type RunLineFragment,
  StopSweepDocument,
} from '@plumage/api-client/operations';
import { useMutation } from 'urql';
import { ConfirmButton } from '../../design/confirm.tsx';
import { Problem } from '../../design/notice.tsx';
import { sayError } from '../../graph/say-error.ts';
import { EditButton } from './edit/edit-button.tsx';
import { EnqueueButton } from './edit/enqueue-button.tsx';
import { RerunFailed } from './edit/rerun-failed.tsx';
import type { Sweep } from './sweep.page.tsx';

/** Pause and resume; stop (running runs finish, none starts) and cancel (running runs end too). */
export const SweepActions = (props: { readonly sweep: Sweep; readonly runs: readonly RunLineFragment[] }) => {
  const { sweep, runs } = props;
  const [pausing, pause] = useMutation(PauseSweepDocument);
  const [resuming, resume] = useMutation(ResumeSweepDocument);
  const [stopping, stop] = useMutation(StopSweepDocument);
  const [cancelling, cancel] = useMutation(CancelSweepDocument);
  const input = { input: { sweepId: sweep.id } };
  const error = pausing.error ?? resuming.error ?? stopping.error ?? cancelling.error;
  const open = sweep.state === 'RUNNING' || sweep.state === 'PAUSED';
  const running = sweep.runCounts.running;
  return (
    <>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {sweep.state !== 'CANCELLED' && (
        <>
          <RerunFailed sweep={sweep} runs={runs} />
          <EnqueueButton sweep={sweep} />
          <EditButton sweep={sweep} />
        </>
      )}
      {sweep.state === 'RUNNING' && (
        <Button loading={pausing.fetching} onClick={() => void pause(input)}>
          Pause
        </Button>
      )}
      {sweep.state === 'PAUSED' && (
        <Button variant="filled" loading={resuming.fetching} onClick={() => void resume(input)}>
          Resume
        </Button>
      )}
      {open && (
        <Button
          title="No new run starts; those that run may finish"
          loading={stopping.fetching}
          onClick={() => void stop(input)}
        >
          Stop
        </Button>
      )}
      {(open || sweep.state === 'STOPPING') && (
        <ConfirmButton
          name="Cancel sweep"
          question={`Cancel ${sweep.name}?`}
          consequence={`${running === 0 ? 'No run' : running === 1 ? 'The running run' : `All ${running} running runs`} will be ended${running === 0 ? ' (none runs)' : ' at the next step'}, and queued runs never start. What they made so far is kept.`}
          busy={cancelling.fetching}
          onConfirm={() => void cancel(input)}
        />
      )}
    </>
  );
};
