'use client';
/** A stopping rule's options as fields, each with its meaning and its default; problems stand at their option. */
import { NativeSelect } from '@mantine/core';
import { DraftInput } from './draft-input.tsx';
import styles from './sweep-builder.module.css';
import { aboutRule, ruleOptions, stoppingRules } from './stopping-rules.ts';

export interface RuleFieldsProps {
  /** '' is none. */
  readonly type: string;
  readonly typed: Readonly<Record<string, string>>;
  /** What is wrong with an option, or with the type; undefined is nothing. */
  readonly problemOf: (key: string) => string | undefined;
  readonly onType: (type: string) => void;
  readonly onOption: (key: string, typed: string) => void;
  /** What choosing nothing means. */
  readonly none: string;
}

export const RuleFields = (props: RuleFieldsProps) => {
  const { type, typed, problemOf, onType, onOption } = props;
  return (
    <>
      <div className={styles.rule}>
        <NativeSelect
          aria-label="Stopping rule"
          size="xs"
          data={[
            { value: '', label: props.none },
            ...stoppingRules.map((rule) => ({ value: rule.type, label: rule.type })),
          ]}
          value={type}
          error={problemOf('type')}
          onChange={(event) => onType(event.currentTarget.value)}
        />
        <p className={styles.ruleAbout}>{aboutRule(type)}</p>
      </div>
      <div className={styles.ruleOptions}>
        {ruleOptions(type).map(({ key, about, usual, kind }) =>
          kind === 'boolean' ? (
            <NativeSelect
              key={key}
              label={key}
              title={about}
              size="xs"
              data={[
                { value: '', label: `${usual || 'as usual'} (default)` },
                { value: 'true', label: 'true' },
                { value: 'false', label: 'false' },
              ]}
              value={typed[key] ?? ''}
              error={problemOf(key)}
              onChange={(event) => onOption(key, event.currentTarget.value)}
            />
          ) : (
            <DraftInput
              key={key}
              label={key}
              title={about}
              placeholder={usual === '' ? 'not set' : usual}
              inputMode="decimal"
              value={typed[key] ?? ''}
              problem={problemOf(key)}
              onEdit={(next) => onOption(key, next)}
            />
          ),
        )}
      </div>
    </>
  );
};
