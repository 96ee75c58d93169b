'use client';
/** The form half of the builder: every field writes into the text, and shows the problem at its own path. */
import { Autocomplete, NativeSelect, TextInput } from '@mantine/core';
import { Section } from '../../design/page-head.tsx';
import { type BuilderProblem, problemAt, sayProblem } from './check-definition.ts';
import { setStopping, setTyped, setWord } from './definition-edit.ts';
import type { DefinitionView } from './definition-view.ts';
import { DraftInput } from './draft-input.tsx';
import { aboutMethod, methods } from './methods.ts';
import { ParameterList } from './parameter-list.tsx';
import { RuleFields } from './rule-fields.tsx';
import styles from './sweep-builder.module.css';
import { aboutTrainer, metricsOf, trainerChoices } from './trainers.ts';

export interface FormPartProps {
  readonly view: DefinitionView;
  readonly text: string;
  readonly problems: readonly BuilderProblem[];
  readonly onText: (text: string) => void;
}

const methodChoices = [
  { value: '', label: 'Choose' },
  ...methods.map(({ name }) => ({ value: name as string, label: name as string })),
];

/** What is wrong at a path, as a sentence, or undefined. */
export const said = (problems: readonly BuilderProblem[], path: string): string | undefined => {
  const problem = problemAt(problems, path);
  return problem === undefined ? undefined : sayProblem(problem);
};

/** What is wrong at a path itself, and not below it. */
export const exactly = (problems: readonly BuilderProblem[], path: string): string | undefined => {
  const problem = problems.find((one) => one.path === path);
  return problem === undefined ? undefined : sayProblem(problem);
};

const Method = ({ view, text, problems, onText }: FormPartProps) => {
  const known = methodChoices.some((method) => method.value === view.method);
  return (
    <NativeSelect
      label="Method"
      size="xs"
      data={known ? methodChoices : [...methodChoices, { value: view.method, label: view.method }]}
      value={view.method}
      error={said(problems, 'method')}
      onChange={(event) => onText(setWord(text, ['method'], event.currentTarget.value))}
    />
  );
};

const TrainerChoice = ({ view, text, problems, onText }: FormPartProps) => {
  const known = trainerChoices.some(({ value }) => value === view.trainer);
  return (
    <NativeSelect
      label="Trainer"
      size="xs"
      data={known ? trainerChoices : [...trainerChoices, { value: view.trainer, label: view.trainer }]}
      value={view.trainer}
      error={said(problems, 'trainer')}
      onChange={(event) => onText(setWord(text, ['trainer'], event.currentTarget.value))}
    />
  );
};

const Objective = ({ view, text, problems, onText }: FormPartProps) =>
  view.metrics !== '' ? (
    <TextInput
      className={styles.wide ?? ''}
      label="Objectives"
      description="several: edited in the text"
      readOnly
      value={view.metrics}
      error={said(problems, 'metrics')}
    />
  ) : (
    <>
      <Autocomplete
        label="Objective"
        placeholder="a metric"
        data={[...metricsOf(view.trainer)]}
        value={view.metricName}
        error={said(problems, 'metric.name') ?? said(problems, 'metric')}
        onChange={(name) => onText(setWord(text, ['metric', 'name'], name))}
      />
      <NativeSelect
        label="Goal"
        size="xs"
        data={[
          { value: '', label: 'minimize (default)' },
          { value: 'minimize', label: 'minimize' },
          { value: 'maximize', label: 'maximize' },
        ]}
        value={view.metricGoal}
        error={said(problems, 'metric.goal')}
        onChange={(event) => onText(setWord(text, ['metric', 'goal'], event.currentTarget.value))}
      />
    </>
  );

const Limits = ({ view, text, problems, onText }: FormPartProps) => (
  <>
    <DraftInput
      label="Run cap"
      placeholder={view.method === 'grid' ? 'the whole grid' : 'no limit'}
      inputMode="numeric"
      value={view.runCap}
      problem={said(problems, 'run_cap')}
      onEdit={(typed) => onText(setTyped(text, ['run_cap'], typed))}
    />
    <DraftInput
      label="At one time"
      placeholder="as many as there are slots"
      inputMode="numeric"
      value={view.concurrency}
      problem={said(problems, 'concurrency')}
      onEdit={(typed) => onText(setTyped(text, ['concurrency'], typed))}
    />
  </>
);

const Stopping = ({ view, text, problems, onText }: FormPartProps) => (
  <Section title="Early stopping">
    <RuleFields
      type={view.stopping?.type ?? ''}
      typed={view.stopping?.options ?? {}}
      none="none"
      problemOf={(key) =>
        said(problems, `early_terminate.${key}`) ??
        (key === 'type' ? exactly(problems, 'early_terminate') : undefined)
      }
      onType={(type) => onText(setStopping(text, type))}
      onOption={(key, typed) => onText(setTyped(text, ['early_terminate', key], typed))}
    />
    {view.stopping?.options.wrapped !== undefined && (
      <p className={styles.elsewhere}>The rule that it wraps is edited in the text.</p>
    )}
  </Section>
);

export const DefinitionForm = (props: FormPartProps) => {
  const { view, text, problems, onText } = props;
  return (
    <div className={styles.form}>
      <div className={styles.fields}>
        <DraftInput
          label="Name"
          placeholder="named by itself"
          value={view.name}
          problem={said(problems, 'name')}
          onEdit={(typed) => onText(setWord(text, ['name'], typed))}
        />
        <TrainerChoice {...props} />
        <p className={styles.methodAbout}>{aboutTrainer(view.trainer)}</p>
        <Method {...props} />
        <p className={styles.methodAbout}>{aboutMethod(view.method)}</p>
        <Objective {...props} />
        <Limits {...props} />
      </div>
      <ParameterList view={view} text={text} problems={problems} onText={onText} />
      <Stopping {...props} />
      {view.onlyInText.length > 0 && (
        <p className={styles.elsewhere}>Edited in the text beside: {view.onlyInText.join(', ')}.</p>
      )}
    </div>
  );
};
