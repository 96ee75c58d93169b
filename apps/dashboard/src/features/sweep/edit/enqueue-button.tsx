'use client';
/** A configuration of one's own, ahead of those that the search suggests: by fields, or several as JSON. */
import { Button, NativeSelect, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import type { SweepDefinition } from '@plumage/contract';
import { EnqueueRunsDocument } from '@plumage/api-client/operations';
import Link from 'next/link';
import { useMemo, useState } from 'react';
import { useMutation } from 'urql';
import { Dialog } from '../../../design/dialog.tsx';
import { Notice, Problem } from '../../../design/notice.tsx';
import { type PlacedProblem, ProblemList } from '../../../design/problem-list.tsx';
import { sayError } from '../../../graph/say-error.ts';
import type { Sweep } from '../sweep.page.tsx';
import styles from './edit.module.css';
import {
  type EnqueueField,
  fieldPathOf,
  readAssignments,
  readEnqueueForm,
  type Typed,
} from './enqueue-form.ts';

const sayExpected = ({ message, expected }: PlacedProblem): string =>
  message === 'is missing' || message === expected
    ? `expected ${expected}`
    : `${message}; expected ${expected}`;

const Field = (props: {
  readonly field: EnqueueField;
  readonly value: string;
  readonly problem: PlacedProblem | undefined;
  readonly onChange: (value: string) => void;
}) => {
  const { field, value, problem, onChange } = props;
  const error = problem === undefined ? undefined : sayExpected(problem);
  return field.values === null ? (
    <TextInput
      label={field.path}
      placeholder={field.hint}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  ) : (
    <NativeSelect
      label={field.path}
      size="xs"
      data={[
        { value: '', label: 'Choose' },
        ...field.values.map((one, i) => ({
          value: String(i),
          label: typeof one === 'string' ? one : JSON.stringify(one),
        })),
      ]}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
};

const EnqueueForm = ({ sweep, onClose }: { readonly sweep: Sweep; readonly onClose: () => void }) => {
  const definition = sweep.definition as SweepDefinition;
  const [mode, setMode] = useState('fields');
  const [typed, setTyped] = useState<Typed>({});
  const [json, setJson] = useState('');
  const [{ data, error, fetching }, enqueue] = useMutation(EnqueueRunsDocument);
  const [touched, setTouched] = useState(false);
  const { fields, assignment } = useMemo(() => readEnqueueForm(definition, typed), [definition, typed]);
  const read = readAssignments(json);
  const outcome = touched ? undefined : data?.enqueueRuns;
  const problems = outcome?.__typename === 'SweepInvalid' ? outcome.problems : [];
  const at = new Map(problems.map((problem) => [fieldPathOf(problem.path), problem]));
  const shown = new Set(mode === 'fields' ? fields.map(({ path }) => path) : []);
  const send = async (): Promise<void> => {
    const assignments = mode === 'fields' ? [assignment] : 'assignments' in read ? read.assignments : [];
    await enqueue({ input: { sweepId: sweep.id, assignments: [...assignments] } });
    setTouched(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>Enqueue a configuration</h2>
      <p className={styles.about}>
        It runs ahead of what the search suggests, and the search learns from it. Constants need not be given;
        the run cap is raised if it must be.
      </p>
      <SegmentedControl
        aria-label="How to give it"
        value={mode}
        data={[
          { value: 'fields', label: 'Fields' },
          { value: 'json', label: 'JSON' },
        ]}
        onChange={(next) => {
          setMode(next);
          setTouched(true);
          if (next === 'json' && json === '') setJson(JSON.stringify(assignment, null, 2));
        }}
      />
      {mode === 'fields' ? (
        <div className={styles.fields}>
          {fields.map((field) => (
            <Field
              key={field.path}
              field={field}
              value={typed[field.path] ?? ''}
              problem={at.get(field.path)}
              onChange={(value) => {
                setTouched(true);
                setTyped((known) => ({ ...known, [field.path]: value }));
              }}
            />
          ))}
        </div>
      ) : (
        <Textarea
          mt={12}
          label="One configuration, or a list of them"
          autosize
          minRows={6}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
          value={json}
          error={'problem' in read && json !== '' ? read.problem : undefined}
          onChange={(event) => {
            setTouched(true);
            setJson(event.currentTarget.value);
          }}
        />
      )}
      <ProblemList problems={problems.filter(({ path }) => !shown.has(fieldPathOf(path)))} />
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {outcome?.__typename === 'RunsEnqueued' && (
        <Notice>
          Enqueued:{' '}
          {outcome.runs.map((run, i) => (
            <span key={run.id}>
              {i > 0 && ', '}
              <Link href={`/runs/${run.id}`}>{run.name}</Link>
            </span>
          ))}
        </Notice>
      )}
      <div className={styles.choices}>
        <Button onClick={onClose}>Close</Button>
        <Button
          type="submit"
          variant="filled"
          loading={fetching}
          disabled={mode === 'json' && !('assignments' in read)}
        >
          Enqueue
        </Button>
      </div>
    </form>
  );
};

export const EnqueueButton = ({ sweep }: { readonly sweep: Sweep }) => {
  const [opened, setOpened] = useState(false);
  const close = (): void => setOpened(false);
  return (
    <>
      <Button title="Add a configuration of your own" onClick={() => setOpened(true)}>
        Enqueue
      </Button>
      <Dialog opened={opened} onClose={close} label="Enqueue a configuration" kind="wide">
        <EnqueueForm sweep={sweep} onClose={close} />
      </Dialog>
    </>
  );
};
