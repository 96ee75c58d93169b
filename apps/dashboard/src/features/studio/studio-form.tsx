'use client';
/** What to draw: the run, its checkpoint, the kind, and the fields of the kind. Ctrl+Enter anywhere in it generates. */
import { Button, SegmentedControl, Select } from '@mantine/core';
import { type StudioQuery, StudioRunsDocument } from '@plumage/api-client/operations';
import { isTerminalRun, plannedPictures, type RenderKind, type RenderProblem } from '@plumage/contract';
import { formatStep } from '@plumage/charts';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { Problem } from '../../design/notice.tsx';
import { usePageQuery } from '../../graph/use-page-query.ts';
import { KindFields } from './kind-fields.tsx';
import styles from './studio.module.css';
import { requestOf, type StudioDraft } from './studio-draft.ts';

export type StudioRun = NonNullable<StudioQuery['run']>;

const kinds: readonly { readonly value: RenderKind; readonly label: string }[] = [
  { value: 'CAPTIONS', label: 'Captions' },
  { value: 'TEXT_INTERPOLATION', label: 'Between captions' },
  { value: 'NOISE_INTERPOLATION', label: 'Between seeds' },
  { value: 'STYLE_TRANSFER', label: 'Style' },
];

export interface StudioFormProps {
  readonly draft: StudioDraft;
  readonly onChange: (change: Partial<StudioDraft>) => void;
  readonly run: StudioRun | undefined;
  readonly mayGenerate: boolean;
  readonly busy: boolean;
  /** What the server said of the last try. */
  readonly problems: readonly RenderProblem[];
  readonly onGenerate: () => void;
}

export const StudioForm = (props: StudioFormProps) => {
  const { draft, onChange, run, mayGenerate, busy } = props;
  const narrow = useMediaQuery('(max-width: 480px)') ?? false;
  const parsed = requestOf(draft);
  const [tried, setTried] = useState(false);
  const count = parsed.ok ? plannedPictures(parsed.request).length : null;
  const noCheckpoint = run !== undefined && run.checkpoints.every(({ damagedAt }) => damagedAt !== null);
  const problems = parsed.ok ? props.problems : tried ? parsed.problems : [];
  const generate = (): void => {
    setTried(true);
    if (parsed.ok && !busy && run !== undefined && !noCheckpoint && mayGenerate) props.onGenerate();
  };
  return (
    <form
      className={styles.form}
      aria-label="What to generate"
      onSubmit={(event) => {
        event.preventDefault();
        generate();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        generate();
      }}
    >
      <RunChoice draft={draft} run={run} onChange={onChange} />
      <CheckpointChoice draft={draft} run={run} onChange={onChange} />
      <SegmentedControl
        aria-label="Kind"
        fullWidth
        orientation={narrow ? 'vertical' : 'horizontal'}
        data={[...kinds]}
        value={draft.kind}
        onChange={(kind) => onChange({ kind: kind as RenderKind })}
      />
      <KindFields draft={draft} run={run} mayUpload={mayGenerate} onChange={onChange} />
      {problems.map((problem) => (
        <Problem key={`${problem.path} ${problem.message}`}>{sayProblem(problem)}</Problem>
      ))}
      {noCheckpoint && <Problem>{sayNoCheckpoint(run)}</Problem>}
      <div className={styles.submit}>
        <Button type="submit" variant="filled" loading={busy} disabled={!mayGenerate || noCheckpoint || !run}>
          Generate
        </Button>
        <span className="quiet">
          {mayGenerate
            ? count !== null && `${count} ${count === 1 ? 'picture' : 'pictures'}`
            : 'Your role may look, not generate.'}
        </span>
      </div>
    </form>
  );
};

interface ChoiceProps {
  readonly draft: StudioDraft;
  readonly run: StudioRun | undefined;
  readonly onChange: (change: Partial<StudioDraft>) => void;
}

const RunChoice = ({ draft, run, onChange }: ChoiceProps) => {
  const { data } = usePageQuery(StudioRunsDocument, {}, { pollMs: 15_000 });
  const nodes = data?.runs.edges.map(({ node }) => node) ?? [];
  const listed = nodes.map(({ id, name, sweep }) => ({ value: id, label: `${name} · ${sweep.name}` }));
  const chosen = run !== undefined && !listed.some(({ value }) => value === run.id);
  const choices = chosen ? [{ value: run.id, label: `${run.name} · ${run.sweep.name}` }, ...listed] : listed;
  return (
    <Select
      label="Run"
      placeholder="Choose a run"
      searchable
      allowDeselect={false}
      nothingFoundMessage="None of the runs that changed last has this name"
      data={choices}
      value={draft.runId}
      onChange={(runId) => onChange({ runId, checkpointId: null, styleEncoder: null })}
    />
  );
};

const CheckpointChoice = ({ draft, run, onChange }: ChoiceProps) => {
  const usable = run?.checkpoints.filter((checkpoint) => checkpoint.damagedAt === null) ?? [];
  const newest = usable[0];
  const choices = [
    {
      value: 'newest',
      label: newest === undefined ? 'the newest' : `the newest, step ${formatStep(newest.step)}`,
    },
    ...usable.map(({ id, step }) => ({ value: id, label: `step ${formatStep(step)}` })),
  ];
  const gone =
    draft.checkpointId !== null && run !== undefined && !usable.some(({ id }) => id === draft.checkpointId);
  return (
    <Select
      label="Checkpoint"
      allowDeselect={false}
      disabled={usable.length === 0}
      data={choices}
      error={gone ? 'It was cleared away since; choose another.' : undefined}
      value={draft.checkpointId === null ? 'newest' : draft.checkpointId}
      onChange={(value) => onChange({ checkpointId: value === 'newest' ? null : value, styleEncoder: null })}
    />
  );
};

const fieldNames: Readonly<Record<string, string>> = {
  captions: 'Captions',
  seeds: 'Seeds',
  from: 'From caption',
  to: 'To caption',
  style: 'Style',
  captionOfStyle: 'What it shows',
  fromSeed: 'From seed',
  toSeed: 'To seed',
  checkpointId: 'Checkpoint',
  style_encoder_checkpoint: 'Style is found by',
};

/** `captions[1]` is the second caption. */
const sayProblem = ({ path, message, expected }: RenderProblem): string => {
  const [, name = '', place] = /^(\w*)(?:\[(\d+)\])?/.exec(path) ?? [];
  if (name === 'runId') return `${message}.`;
  const field = fieldNames[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
  const where = place === undefined ? field : `${field}, number ${Number(place) + 1}`;
  if (message === 'cannot be ""' || message === 'cannot be []') return `${where}: nothing is there yet.`;
  return `${where}: ${message}; expected is ${expected}.`;
};

const sayNoCheckpoint = (run: StudioRun): string => {
  if (isTerminalRun(run.state)) {
    return `${run.name} is ${run.state.toLowerCase()} and has no checkpoint to draw from; choose another run.`;
  }
  const every: unknown = Reflect.get((run.config as object | null) ?? {}, 'checkpoint_every');
  const first = typeof every === 'number' && every > 0 ? `at step ${formatStep(every)}` : 'at its end';
  return `${run.name} has no checkpoint to draw from yet; it writes its first ${first}.`;
};
