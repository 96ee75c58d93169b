'use client';
/**
 * The draft of a sweep's next version. It is made on the version that stood when one began to type, and says so to
 * the server: an edit of someone else in between is shown before anything of theirs is written over.
 */
import { UpdateSweepDocument, type UpdateSweepMutation } from '@plumage/api-client/operations';
import { useState } from 'react';
import { useMutation } from 'urql';
import { sayError } from '../../../graph/say-error.ts';
import type { Sweep } from '../sweep.page.tsx';

type Outcome = UpdateSweepMutation['updateSweep'];
export type Updated = Extract<Outcome, { __typename: 'SweepUpdated' }>;
export type Refused = Extract<Outcome, { __typename: 'SweepInvalid' }>['problems'][number];
export type Newer = Extract<Outcome, { __typename: 'SweepEditedMeanwhile' }>['sweep'];

interface Base {
  readonly version: number;
  readonly source: string;
}

export interface SweepEdit {
  readonly base: Base;
  readonly text: string;
  readonly note: string;
  readonly problems: readonly Refused[];
  /** What someone else has made of the sweep since this draft began. */
  readonly newer: Newer | null;
  readonly updated: Updated | null;
  readonly error: string | null;
  readonly saving: boolean;
  setText(text: string): void;
  setNote(note: string): void;
  /** Begins anew on the sweep as it is, unless something was typed. */
  begin(): void;
  /** Takes their version and drops what was typed. */
  takeNewer(): void;
  /** Goes on with what was typed, on top of their version. */
  keepMine(): void;
  save(): Promise<void>;
}

export const useSweepEdit = (sweep: Sweep): SweepEdit => {
  const [base, setBase] = useState<Base>(sweep);
  const [text, setTyped] = useState(sweep.source);
  const [note, setNote] = useState('');
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [saving, update] = useMutation(UpdateSweepDocument);
  const start = (on: Base): void => {
    setBase({ version: on.version, source: on.source });
    setTyped(on.source);
    setOutcome(null);
  };
  const newer = outcome?.__typename === 'SweepEditedMeanwhile' ? outcome.sweep : null;
  return {
    base,
    text,
    note,
    newer,
    problems: outcome?.__typename === 'SweepInvalid' ? outcome.problems : [],
    updated: outcome?.__typename === 'SweepUpdated' ? outcome : null,
    error: saving.error === undefined ? null : sayError(saving.error),
    saving: saving.fetching,
    setText: (next) => {
      setTyped(next);
      setOutcome((known) => (known?.__typename === 'SweepEditedMeanwhile' ? known : null));
    },
    setNote,
    begin: () => {
      if (text !== base.source) return;
      start(sweep);
      setNote('');
    },
    takeNewer: () => newer !== null && start(newer),
    keepMine: () => {
      if (newer === null) return;
      setBase({ version: newer.version, source: newer.source });
      setOutcome(null);
    },
    save: async () => {
      const input = { sweepId: sweep.id, version: base.version, source: text };
      const { data } = await update({ input: note.trim() === '' ? input : { ...input, note } });
      if (data === undefined) return;
      setOutcome(data.updateSweep);
      if (data.updateSweep.__typename !== 'SweepUpdated') return;
      const now = data.updateSweep.sweep;
      setBase({ version: now.version, source: now.source });
      setTyped(now.source);
      setNote('');
    },
  };
};
