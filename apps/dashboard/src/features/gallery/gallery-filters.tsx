'use client';
import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type SampleKind, SweepChoicesDocument } from '@plumage/api-client/operations';
import { useState } from 'react';
import { Icon } from '../../design/icon.tsx';
import { sampleKindNames } from '../../design/sample-kind.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import type { GalleryFilter } from './gallery-filter.ts';
import styles from './gallery.module.css';

const kindChoices = Object.entries(sampleKindNames).map(([value, label]) => ({
  value: value as SampleKind,
  label,
}));
const pauseMs = 350;

const stepOf = (value: number | string): number | null => {
  const step = typeof value === 'number' ? value : Number.parseInt(value, 10);
  return Number.isSafeInteger(step) && step >= 0 ? step : null;
};

/** Typing waits for a pause; choosing takes effect at once. */
export const GalleryFilters = (props: {
  readonly filter: GalleryFilter;
  readonly onChange: (filter: GalleryFilter) => void;
}) => {
  const { filter, onChange } = props;
  const [prompt, setPrompt] = useState(filter.prompt);
  const { data } = usePageQuery(SweepChoicesDocument, {});
  const sweeps = data?.sweeps.edges.map(({ node }) => ({ value: node.id, label: node.name })) ?? [];
  const later = useDebouncedCallback(onChange, pauseMs);
  return (
    <div className={styles.filters} role="search" aria-label="Filter pictures">
      <TextInput
        aria-label="Caption"
        placeholder="Caption contains"
        leftSection={<Icon name="search" size={14} />}
        value={prompt}
        onChange={(event) => {
          setPrompt(event.currentTarget.value);
          later({ ...filter, prompt: event.currentTarget.value });
        }}
      />
      <Select
        aria-label="Sweep"
        placeholder="Every sweep"
        clearable
        searchable
        data={sweeps}
        value={filter.sweepId}
        onChange={(sweepId) => onChange({ ...filter, sweepId })}
      />
      <Select
        aria-label="Kind"
        placeholder="Every kind"
        clearable
        data={kindChoices}
        value={filter.kind}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
      <NumberInput
        aria-label="From step"
        placeholder="From step"
        min={0}
        allowDecimal={false}
        value={filter.minStep ?? ''}
        onChange={(value) => later({ ...filter, minStep: stepOf(value) })}
      />
      <NumberInput
        aria-label="To step"
        placeholder="To step"
        min={0}
        allowDecimal={false}
        value={filter.maxStep ?? ''}
        onChange={(value) => later({ ...filter, maxStep: stepOf(value) })}
      />
      <Switch
        label="Only each run’s newest"
        checked={filter.latestOnly}
        onChange={(event) => onChange({ ...filter, latestOnly: event.currentTarget.checked })}
      />
    </div>
  );
};
