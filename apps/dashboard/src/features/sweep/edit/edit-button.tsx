'use client';
/** Changes the definition of a sweep while it runs: the text, checked as one types, and why. */
import { Button, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Dialog } from '../../../design/dialog.tsx';
import { Problem } from '../../../design/notice.tsx';
import { ProblemList } from '../../../design/problem-list.tsx';
import { checkDefinition } from '../../sweep-builder/check-definition.ts';
import { YamlPane } from '../../sweep-builder/yaml-pane.tsx';
import type { Sweep } from '../sweep.page.tsx';
import { EditedMeanwhile } from './edited-meanwhile.tsx';
import styles from './edit.module.css';
import { type SweepEdit, useSweepEdit } from './use-sweep-edit.ts';

const longestNote = 1_000;

const Saved = (props: {
  readonly edit: SweepEdit;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}) => {
  const { updated } = props.edit;
  if (updated === null) return null;
  const { changes, sweep, warnings } = updated;
  return (
    <>
      <h2>{changes.length === 0 ? 'Nothing was changed' : `Version ${sweep.version}`}</h2>
      <ul className={styles.changes}>
        {changes.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
      <p className={styles.about}>
        {changes.length === 0
          ? 'The text says what the sweep’s definition says already.'
          : sweep.state === 'RUNNING'
            ? 'Runs that start from now on follow it.'
            : `The sweep is ${sweep.state.toLowerCase()}.`}
      </p>
      <ProblemList kind="warning" problems={warnings} />
      <div className={styles.choices}>
        <Button onClick={props.onAgain}>Edit again</Button>
        <Button variant="filled" data-autofocus onClick={props.onClose}>
          Close
        </Button>
      </div>
    </>
  );
};

const Editor = ({ edit, onClose }: { readonly edit: SweepEdit; readonly onClose: () => void }) => {
  const checked = useMemo(() => checkDefinition(edit.text), [edit.text]);
  const problems = checked.ok ? edit.problems.map((one) => ({ ...one, line: null })) : checked.problems;
  const isChanged = edit.text !== edit.base.source;
  return (
    <>
      <h2>Edit version {edit.base.version}</h2>
      <p className={styles.about}>
        Parameters, limits, exclusions and the stopping rule can change; the metric, the trainer, the dataset
        and the seed stay. Runs that wait and no longer fit are cancelled.
      </p>
      <YamlPane
        text={edit.text}
        problems={problems}
        warnings={checked.warnings}
        fewestLines={14}
        onText={edit.setText}
      />
      <TextInput
        label="Why"
        placeholder="a note for the others, kept with the version"
        maxLength={longestNote}
        value={edit.note}
        onChange={(event) => edit.setNote(event.currentTarget.value)}
      />
      {edit.newer !== null && <EditedMeanwhile edit={edit} newer={edit.newer} />}
      {edit.error !== null && <Problem>{edit.error}</Problem>}
      <div className={styles.choices}>
        {isChanged && (
          <Button variant="subtle" onClick={() => edit.setText(edit.base.source)}>
            Undo my changes
          </Button>
        )}
        <Button onClick={onClose}>Close</Button>
        <Button
          variant="filled"
          disabled={!isChanged || problems.length > 0 || edit.newer !== null}
          loading={edit.saving}
          onClick={() => void edit.save()}
        >
          Save as a new version
        </Button>
      </div>
    </>
  );
};

export const EditButton = ({ sweep }: { readonly sweep: Sweep }) => {
  const [opened, setOpened] = useState(false);
  const edit = useSweepEdit(sweep);
  const close = (): void => setOpened(false);
  const open = (): void => {
    edit.begin();
    setOpened(true);
  };
  return (
    <>
      <Button onClick={open}>Edit</Button>
      <Dialog opened={opened} onClose={close} label={`Edit ${sweep.name}`} kind="wide">
        {edit.updated === null ? (
          <Editor edit={edit} onClose={close} />
        ) : (
          <Saved edit={edit} onAgain={edit.begin} onClose={close} />
        )}
      </Dialog>
    </>
  );
};
