'use client';
/** The limits of a sweep as fields: changed in place, as a patch of its definition, without opening the text. */
import { Button, TextInput } from '@mantine/core';
import { UpdateSweepDocument } from '@plumage/api-client/operations';
import { useState } from 'react';
import { useMutation } from 'urql';
import { Notice, Problem } from '../../../design/notice.tsx';
import { ProblemList } from '../../../design/problem-list.tsx';
import { sayError } from '../../../graph/say-error.ts';
import type { Sweep } from '../sweep.page.tsx';
import styles from './edit.module.css';
import { draftOf, type LimitDraft, limitKeys, type LimitName, limitsPatch } from './limits-patch.ts';

const fields: readonly { readonly name: LimitName; readonly label: string; readonly empty: string }[] = [
  { name: 'runCap', label: 'Run cap', empty: 'no limit' },
  { name: 'concurrency', label: 'At one time', empty: 'all slots' },
  { name: 'priority', label: 'Priority', empty: '0' },
];

export const LimitFields = ({ sweep }: { readonly sweep: Sweep }) => {
  const [typed, setTyped] = useState<Partial<LimitDraft>>({});
  const [{ data, error, fetching }, update] = useMutation(UpdateSweepDocument);
  const outcome = data?.updateSweep;
  const draft = { ...draftOf(sweep), ...typed };
  const patch = limitsPatch(draft, sweep);
  const problems = outcome?.__typename === 'SweepInvalid' ? outcome.problems : [];
  const placed = new Map(problems.map((problem) => [problem.path, problem]));
  const elsewhere = problems.filter(({ path }) => !Object.values(limitKeys).includes(path));
  const save = async (): Promise<void> => {
    const { data: saved } = await update({ input: { sweepId: sweep.id, version: sweep.version, patch } });
    if (saved?.updateSweep.__typename === 'SweepUpdated') setTyped({});
  };
  return (
    <>
      <form
        className={styles.limits}
        aria-label="Limits"
        onSubmit={(event) => {
          event.preventDefault();
          if (patch !== null) void save();
        }}
      >
        {fields.map(({ name, label, empty }) => (
          <TextInput
            key={name}
            label={label}
            placeholder={empty}
            inputMode="numeric"
            value={draft[name]}
            error={placed.get(limitKeys[name])?.expected}
            onChange={(event) => {
              const value = event.currentTarget.value;
              setTyped((known) => ({ ...known, [name]: value }));
            }}
          />
        ))}
        <Button type="submit" disabled={patch === null} loading={fetching}>
          Save limits
        </Button>
      </form>
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      <ProblemList problems={elsewhere} />
      {outcome?.__typename === 'SweepEditedMeanwhile' && (
        <Notice>
          Someone else has changed the sweep meanwhile: it is at version {outcome.sweep.version} by now. Look
          at the limits once more and save again.
        </Notice>
      )}
    </>
  );
};
