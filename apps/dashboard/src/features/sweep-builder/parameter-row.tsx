'use client';
import { ActionIcon, NativeSelect } from '@mantine/core';
import { Icon } from '../../design/icon.tsx';
import { type BuilderProblem, describeParameter } from './check-definition.ts';
import { removeParameter, setField, setKind, setWord } from './definition-edit.ts';
import { said } from './definition-form.tsx';
import type { ParameterField, ParameterView } from './definition-view.ts';
import { DraftInput } from './draft-input.tsx';
import styles from './sweep-builder.module.css';

const kinds = [
  { value: 'value', label: 'one value' },
  { value: 'values', label: 'a list' },
  { value: 'range', label: 'a range' },
  { value: 'bell', label: 'a bell curve' },
];

const distributions = {
  range: [
    { value: '', label: 'whole or even, by the numbers' },
    { value: 'uniform', label: 'even' },
    { value: 'int_uniform', label: 'whole numbers' },
    { value: 'log_uniform_values', label: 'even in the logarithm' },
    { value: 'q_uniform', label: 'multiples of q' },
    { value: 'q_log_uniform_values', label: 'multiples of q, logarithmic' },
    { value: 'inv_log_uniform_values', label: 'inverse logarithmic' },
    { value: 'log_uniform', label: 'e to the power of a range' },
  ],
  bell: [
    { value: 'normal', label: 'normal' },
    { value: 'log_normal', label: 'log-normal' },
    { value: 'q_normal', label: 'normal, multiples of q' },
    { value: 'q_log_normal', label: 'log-normal, multiples of q' },
  ],
};

const labels: Record<ParameterField, string> = {
  value: 'value',
  values: 'values, by commas',
  min: 'min',
  max: 'max',
  mu: 'mean',
  sigma: 'deviation',
  q: 'q',
};

const fieldsOf = ({ kind, distribution }: ParameterView): readonly ParameterField[] => {
  const q: readonly ParameterField[] = distribution.startsWith('q_') ? ['q'] : [];
  switch (kind) {
    case 'value':
      return ['value'];
    case 'values':
      return ['values'];
    case 'range':
      return ['min', 'max', ...q];
    case 'bell':
      return ['mu', 'sigma', ...q];
    case 'group':
      return [];
  }
};

interface ParameterRowProps {
  readonly parameter: ParameterView;
  readonly trainer: string;
  readonly text: string;
  readonly problems: readonly BuilderProblem[];
  readonly onText: (text: string) => void;
}

const Distribution = ({ parameter, text, onText }: ParameterRowProps) => {
  const { name, kind, distribution } = parameter;
  if (kind !== 'range' && kind !== 'bell') return null;
  const known = distributions[kind];
  const data = known.some((one) => one.value === distribution)
    ? known
    : [...known, { value: distribution, label: distribution }];
  return (
    <NativeSelect
      aria-label={`Distribution of ${name}`}
      size="xs"
      data={data}
      value={distribution}
      onChange={(event) =>
        onText(setWord(text, ['parameters', name, 'distribution'], event.currentTarget.value))
      }
    />
  );
};

export const ParameterRow = (props: ParameterRowProps) => {
  const { parameter, text, problems, onText } = props;
  const { name, kind } = parameter;
  const path = `parameters.${name}`;
  const shown = fieldsOf(parameter);
  const elsewhere = shown.some((field) => said(problems, `${path}.${field}`) !== undefined)
    ? undefined
    : said(problems, path);
  return (
    <li className={styles.parameter} aria-label={name}>
      <div className={styles.parameterHead}>
        <b>{name}</b>
        <span className={styles.about}>{describeParameter(props.trainer, name) ?? ''}</span>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={`Remove ${name}`}
          onClick={() => onText(removeParameter(text, name))}
        >
          <Icon name="close" size={12} />
        </ActionIcon>
      </div>
      {kind === 'group' ? (
        <p className={styles.about}>
          Edited in the text beside: it has conditions, weights or parameters of its own.
        </p>
      ) : (
        <div className={styles.parameterFields}>
          <NativeSelect
            aria-label={`Kind of ${name}`}
            size="xs"
            data={kinds}
            value={kind}
            onChange={(event) => onText(setKind(text, name, event.currentTarget.value as 'value'))}
          />
          <Distribution {...props} />
          {shown.map((field) => (
            <DraftInput
              key={field}
              aria-label={`${labels[field]} of ${name}`}
              placeholder={labels[field]}
              value={parameter.fields[field]}
              problem={said(problems, `${path}.${field}`)}
              onEdit={(typed) => onText(setField(text, name, field, typed))}
            />
          ))}
        </div>
      )}
      {elsewhere !== undefined && (
        <p className={styles.problem} role="alert">
          {elsewhere}
        </p>
      )}
    </li>
  );
};
