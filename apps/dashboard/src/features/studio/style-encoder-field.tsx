'use client';
/** By what the style is found: a style encoder that was trained for the checkpoint, or gradient descent. */
import { Button, Select, TextInput } from '@mantine/core';
import { formatStep } from '@plumage/charts';
import { NO_STYLE_ENCODER } from '@plumage/contract';
import styles from './studio.module.css';
import type { StudioDraft } from './studio-draft.ts';
import type { StudioRun } from './studio-form.tsx';
import {
  chosenEncoder,
  type StyleEncoderChoice,
  type StyleEncoders,
  styleEncodersFor,
} from './style-encoders.ts';

interface StyleEncoderFieldProps {
  readonly draft: StudioDraft;
  readonly run: StudioRun | undefined;
  readonly onChange: (change: Partial<StudioDraft>) => void;
}

const newest = 'newest';
const descent = 'gradient descent';

const sayEncoder = ({ run, step }: StyleEncoderChoice): string => `${run}, step ${formatStep(step)}`;

const choicesOf = ({ here }: StyleEncoders) => {
  const [first] = here;
  if (first === undefined) return [{ value: newest, label: descent }];
  return [
    { value: newest, label: `the newest, ${sayEncoder(first)}` },
    ...here.map((each) => ({ value: each.checkpointId, label: sayEncoder(each) })),
    { value: NO_STYLE_ENCODER, label: descent },
  ];
};

/** The choice that the form stands at; with no encoder there is one choice alone. */
const valueOf = ({ here }: StyleEncoders, styleEncoder: string | null, found: StyleEncoderChoice | null) =>
  styleEncoder === null || here.length === 0 ? newest : (found?.checkpointId ?? NO_STYLE_ENCODER);

export const StyleEncoderField = ({ draft, run, onChange }: StyleEncoderFieldProps) => {
  const encoders = styleEncodersFor(run?.checkpoints ?? [], draft.checkpointId);
  const found = chosenEncoder(encoders, draft.styleEncoder);
  const foreign = found === undefined && run !== undefined;
  const choices = choicesOf(encoders);
  const named = draft.styleEncoder ?? '';
  return (
    <>
      <Select
        label="Style is found by"
        allowDeselect={false}
        disabled={choices.length === 1 && !foreign}
        data={found === undefined ? [...choices, { value: named, label: named }] : choices}
        error={foreign ? 'It was not trained for this checkpoint, or is gone; choose another.' : undefined}
        value={found === undefined ? named : valueOf(encoders, draft.styleEncoder, found)}
        onChange={(value) => onChange({ styleEncoder: value === newest ? null : value })}
      />
      {encoders.here.length === 0 && run !== undefined && (
        <NoEncoder encoders={encoders} run={run} onChange={onChange} />
      )}
      {found === null && (
        <TextInput
          label="What it shows"
          description="If you know: a better guess at what is style and what is content"
          value={draft.captionOfStyle}
          onChange={(event) => onChange({ captionOfStyle: event.currentTarget.value })}
        />
      )}
    </>
  );
};

const NoEncoder = (props: {
  readonly encoders: StyleEncoders;
  readonly run: StudioRun;
  readonly onChange: StyleEncoderFieldProps['onChange'];
}) => {
  const { encoders, run, onChange } = props;
  const { generator, elsewhere } = encoders;
  if (generator === undefined) return null;
  if (elsewhere !== undefined) {
    return (
      <div className={styles.elsewhere}>
        <p className="quiet">
          No style encoder was trained for step {formatStep(generator.step)}, but one for step{' '}
          {formatStep(elsewhere.step)}.
        </p>
        <Button onClick={() => onChange({ checkpointId: elsewhere.id, styleEncoder: null })}>
          Draw from step {formatStep(elsewhere.step)}
        </Button>
      </div>
    );
  }
  return (
    <p className={`quiet ${styles.hint}`}>
      No style encoder was trained for this checkpoint. A sweep of trainer style-encoder trains one, with
      generator_checkpoint{' '}
      <code>
        {run.sweep.name}/{run.name}@{generator.step}
      </code>
      .
    </p>
  );
};
