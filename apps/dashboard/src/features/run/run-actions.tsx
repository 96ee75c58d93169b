'use client';
import { Button } from '@mantine/core';
import { CancelRunDocument, PauseRunDocument, ResumeRunDocument } from '@plumage/api-client/operations';
import { useEffect, useState } from 'react';
import { useMutation } from 'urql';
import { ConfirmButton } from '../../design/confirm.tsx';
import { Problem } from '../../design/notice.tsx';
import { sayError } from '../../graph/say-error.ts';
import type { Run } from './run.page.tsx';

const open = ['QUEUED', 'RUNNING', 'PAUSED'];

/** A running run obeys at its agent's next heartbeat; until then the page says that it was asked. */
export const RunActions = ({ run }: { readonly run: Run }) => {
  const [pausing, pause] = useMutation(PauseRunDocument);
  const [resuming, resume] = useMutation(ResumeRunDocument);
  const [cancelling, cancel] = useMutation(CancelRunDocument);
  const [asked, setAsked] = useState<'pausing' | 'cancelling' | null>(null);
  useEffect(() => setAsked(null), [run.state]);
  const ask = async (what: 'pausing' | 'cancelling', send: typeof pause | typeof cancel): Promise<void> => {
    const { error: refused } = await send(input);
    if (refused === undefined && run.state === 'RUNNING') setAsked(what);
  };
  const input = { input: { runId: run.id } };
  const error = pausing.error ?? resuming.error ?? cancelling.error;
  return (
    <>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {(run.state === 'RUNNING' || run.state === 'QUEUED') && (
        <Button
          loading={pausing.fetching}
          disabled={asked !== null}
          onClick={() => void ask('pausing', pause)}
        >
          {asked === 'pausing' ? 'Pausing…' : 'Pause'}
        </Button>
      )}
      {run.state === 'PAUSED' && (
        <Button variant="filled" loading={resuming.fetching} onClick={() => void resume(input)}>
          Resume
        </Button>
      )}
      {asked === 'cancelling' && <Button disabled>Cancelling…</Button>}
      {open.includes(run.state) && asked !== 'cancelling' && (
        <ConfirmButton
          name="Cancel run"
          question={`Cancel ${run.name}?`}
          consequence="It ends at its next step and cannot be taken up again. Its pictures, curves and checkpoints are kept."
          busy={cancelling.fetching}
          onConfirm={() => void ask('cancelling', cancel)}
        />
      )}
    </>
  );
};
