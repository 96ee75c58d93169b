'use client';
import { Autocomplete, Button } from '@mantine/core';
import { useState } from 'react';
import { Section } from '../../design/page-head.tsx';
import { knownParameters } from './check-definition.ts';
import { addParameter } from './definition-edit.ts';
import { exactly, type FormPartProps, said } from './definition-form.tsx';
import { ParameterRow } from './parameter-row.tsx';
import styles from './sweep-builder.module.css';

const namePattern = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

export const ParameterList = ({ view, text, problems, onText }: FormPartProps) => {
  const [name, setName] = useState('');
  const taken = view.parameters.some((parameter) => parameter.name === name);
  const free = knownParameters(view.trainer).filter(
    (known) => !view.parameters.some((parameter) => parameter.name === known),
  );
  const problem = taken
    ? 'stands already'
    : name !== '' && !namePattern.test(name)
      ? 'letters, digits, _ - and .'
      : undefined;
  const add = (wanted: string): void => {
    if (wanted === '' || taken || !namePattern.test(wanted)) return;
    onText(addParameter(text, wanted));
    setName('');
  };
  return (
    <Section
      title="Parameters"
      aside={
        exactly(problems, 'parameters') ?? (view.parameters.length === 0 ? said(problems, 'parameters') : '')
      }
    >
      <ul className={styles.parameters}>
        {view.parameters.map((parameter) => (
          <ParameterRow
            key={parameter.name}
            parameter={parameter}
            trainer={view.trainer}
            text={text}
            problems={problems}
            onText={onText}
          />
        ))}
      </ul>
      <form
        className={styles.add}
        onSubmit={(event) => {
          event.preventDefault();
          add(name);
        }}
      >
        <Autocomplete
          aria-label="Parameter to add"
          placeholder="add a hyperparameter"
          data={free}
          limit={40}
          value={name}
          error={problem}
          onChange={setName}
          onOptionSubmit={add}
        />
        <Button type="submit" disabled={name === '' || problem !== undefined}>
          Add
        </Button>
      </form>
    </Section>
  );
};
