'use client';
import { Button } from '@mantine/core';
import { CancelRunDocument, PauseRunDocument, ResumeRunDocument } from '@plumage/api-client/operations';
import { useMutation } from 'urql';
import { ConfirmButton } from '../../design/confirm.tsx';
import { Problem } from '../../design/notice.tsx';
import { sayError } from '../../graph/say-error.ts';
import type { Run } from './run.page.tsx';

const open = ['QUEUED', 'RUNNING', 'PAUSED'];

export const RunActions = ({ run }: { readonly run: Run }) => {
  const [pausing, pause] = useMutation(PauseRunDocument);
  const [resuming, resume] = useMutation(ResumeRunDocument);
  const [cancelling, cancel] = useMutation(CancelRunDocument);
  const input = { input: { runId: run.id } };
  const error = pausing.error ?? resuming.error ?? cancelling.error;
  return (
    <>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {(run.state === 'RUNNING' || run.state === 'QUEUED') && (
        <Button loading={pausing.fetching} onClick={() => void pause(input)}>
          Pause
        </Button>
      )}
      {run.state === 'PAUSED' && (
        <Button variant="filled" loading={resuming.fetching} onClick={() => void resume(input)}>
          Resume
        </Button>
      )}
      {open.includes(run.state) && (
        <ConfirmButton
          name="Cancel run"
          question={`Cancel ${run.name}?`}
          consequence="It ends at its next step and cannot be taken up again. Its pictures, curves and checkpoints are kept."
          busy={cancelling.fetching}
          onConfirm={() => void cancel(input)}
        />
      )}
    </>
  );
};
