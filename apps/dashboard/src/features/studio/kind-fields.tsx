'use client';
/** The fields of each kind of render. */
import { Button, NumberInput, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { quickstartPrompts } from '@plumage/contract';
import { StyleEncoderField } from './style-encoder-field.tsx';
import { StyleField } from './style-field.tsx';
import styles from './studio.module.css';
import { newSeeds, type StudioDraft, usualPath } from './studio-draft.ts';
import type { StudioRun } from './studio-form.tsx';

export interface KindFieldsProps {
  readonly draft: StudioDraft;
  readonly run: StudioRun | undefined;
  readonly mayUpload: boolean;
  readonly onChange: (change: Partial<StudioDraft>) => void;
}

const largestSeed = 2 ** 31 - 1;

export const KindFields = (props: KindFieldsProps) => {
  const { draft, run, mayUpload, onChange } = props;
  switch (draft.kind) {
    case 'CAPTIONS':
      return (
        <>
          <Captions {...props} />
          <Seeds {...props} />
        </>
      );
    case 'TEXT_INTERPOLATION':
      return (
        <>
          <Caption label="From caption" name="from" {...props} />
          <Caption label="To caption" name="to" {...props} />
          <div className={styles.pair}>
            <Whole label="Seed" name="seed" {...props} />
            <Whole label="Pictures" name="frames" least={2} most={32} {...props} />
          </div>
          <Path {...props} />
        </>
      );
    case 'NOISE_INTERPOLATION':
      return (
        <>
          <Caption label="Caption" name="caption" {...props} />
          <div className={styles.pair}>
            <Whole label="From seed" name="fromSeed" {...props} />
            <Whole label="To seed" name="toSeed" {...props} />
          </div>
          <div className={styles.pair}>
            <Whole label="Pictures" name="frames" least={2} most={32} {...props} />
            <NewSeeds
              onClick={() => {
                const [fromSeed = 1, toSeed = 2] = newSeeds(2, Math.random);
                onChange({ fromSeed, toSeed });
              }}
            />
          </div>
          <Path {...props} />
        </>
      );
    case 'STYLE_TRANSFER':
      return (
        <>
          <StyleField draft={draft} run={run} mayUpload={mayUpload} onChange={onChange} />
          <StyleEncoderField draft={draft} run={run} onChange={onChange} />
          <Captions {...props} />
        </>
      );
  }
};

const Captions = ({ draft, run, onChange }: KindFieldsProps) => (
  <Textarea
    label="Captions"
    description="One a line"
    autosize
    minRows={3}
    maxRows={12}
    placeholder={promptsOf(run).slice(0, 3).join('\n')}
    value={draft.captions}
    onChange={(event) => onChange({ captions: event.currentTarget.value })}
  />
);

/** Captions that the run was trained to be looked at with: a person sees what kind of words it knows. */
const promptsOf = (run: StudioRun | undefined): readonly string[] => {
  const shown = [...new Set(run?.latestSamples.map((sample) => sample.prompt))];
  return shown.length > 0 ? shown : quickstartPrompts;
};

const Seeds = ({ draft, onChange }: KindFieldsProps) => (
  <div className={styles.pair}>
    <TextInput
      label="Seeds"
      value={draft.seeds}
      onChange={(event) => onChange({ seeds: event.currentTarget.value })}
    />
    <NewSeeds onClick={() => onChange({ seeds: newSeeds(seedCount(draft), Math.random).join(', ') })} />
  </div>
);

const seedCount = ({ seeds }: StudioDraft): number =>
  Math.min(16, Math.max(1, seeds.split(/[\s,;]+/).filter(Boolean).length));

const NewSeeds = ({ onClick }: { readonly onClick: () => void }) => (
  <Button className={styles.beside} onClick={onClick}>
    New seeds
  </Button>
);

const Caption = (
  props: KindFieldsProps & { readonly label: string; readonly name: 'from' | 'to' | 'caption' },
) => (
  <TextInput
    label={props.label}
    placeholder={promptsOf(props.run)[props.name === 'to' ? 1 : 0] ?? ''}
    value={props.draft[props.name]}
    onChange={(event) => props.onChange({ [props.name]: event.currentTarget.value })}
  />
);

interface WholeProps extends KindFieldsProps {
  readonly label: string;
  readonly name: 'seed' | 'fromSeed' | 'toSeed' | 'frames';
  readonly least?: number;
  readonly most?: number;
}

const Whole = ({ label, name, least = 0, most = largestSeed, draft, onChange }: WholeProps) => (
  <NumberInput
    label={label}
    min={least}
    max={most}
    allowDecimal={false}
    allowNegative={false}
    value={draft[name]}
    onChange={(value) => onChange({ [name]: typeof value === 'number' ? value : least })}
  />
);

const Path = ({ draft, onChange }: KindFieldsProps) => (
  <div>
    <span className={styles.label} id="studio-path">
      Path
    </span>
    <SegmentedControl
      aria-labelledby="studio-path"
      fullWidth
      data={[
        { value: 'linear', label: 'Straight line' },
        { value: 'spherical', label: 'On the sphere' },
      ]}
      value={draft.path ?? usualPath(draft.kind)}
      onChange={(path) => onChange({ path: path as 'linear' | 'spherical' })}
    />
  </div>
);
