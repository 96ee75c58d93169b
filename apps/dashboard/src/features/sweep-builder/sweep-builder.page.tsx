'use client';
/**
 * The sweep builder: form and text side by side, each editing the other, checked as one types. The text is what is
 * sent; the server checks it once more, and what it refuses is shown at the same places.
 */
import { Button } from '@mantine/core';
import {
  CreateSweepDocument,
  SweepSourceDocument,
  ValidateSweepDocument,
} from '@plumage/api-client/operations';
import { useDebouncedValue, useMounted } from '@mantine/hooks';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useMemo, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Problem } from '../../design/notice.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { BlockSkeleton } from '../../design/skeletons.tsx';
import { sayError } from '../../graph/say-error.ts';
import { type BuilderProblem, checkDefinition } from './check-definition.ts';
import { DefinitionForm } from './definition-form.tsx';
import { viewOf } from './definition-view.ts';
import styles from './sweep-builder.module.css';
import { type Plan, PlanPanel, usePlan } from './plan-panel.tsx';
import { planLine } from './plan-words.ts';
import { firstTemplate, templates } from './templates.ts';
import { YamlPane } from './yaml-pane.tsx';

const pauseMs = 500;

const withoutLine = (problem: { path: string; message: string; expected: string }): BuilderProblem => ({
  ...problem,
  line: null,
});

/** What the server says of a text that the browser found nothing wrong with. */
const useServerCheck = (text: string, sound: boolean) => {
  const [settled] = useDebouncedValue(text, pauseMs);
  const pause = !sound || settled !== text;
  const [{ data }] = useQuery({ query: ValidateSweepDocument, variables: { source: settled }, pause });
  return pause ? null : (data?.validateSweep ?? null);
};

const Templates = ({ onChoose }: { readonly onChoose: (source: string) => void }) => (
  <div className={styles.templates} role="group" aria-label="Start from">
    {templates.map((template) => (
      <button
        key={template.name}
        type="button"
        title={template.about}
        onClick={() => onChoose(template.source)}
      >
        {template.name}
      </button>
    ))}
  </div>
);

const Builder = () => {
  const router = useRouter();
  const from = useSearchParams().get('from');
  const [text, setText] = useState(firstTemplate.source);
  const [view, setView] = useState(() => viewOf(firstTemplate.source));
  const [refused, setRefused] = useState<readonly BuilderProblem[]>([]);
  const [creating, create] = useMutation(CreateSweepDocument);
  const [origin] = useQuery({
    query: SweepSourceDocument,
    variables: { id: from ?? '' },
    pause: from === null,
  });
  const checked = useMemo(() => checkDefinition(text), [text]);
  const server = useServerCheck(text, checked.ok);

  const change = (next: string): void => {
    setText(next);
    setRefused([]);
    setView((known) => viewOf(next) ?? known);
  };
  const originSource = origin.data?.sweep?.source;
  useEffect(() => {
    if (originSource !== undefined) change(originSource);
  }, [originSource]);

  const problems: readonly BuilderProblem[] = checked.ok
    ? [...refused, ...(refused.length === 0 ? (server?.problems.map(withoutLine) ?? []) : [])]
    : checked.problems;
  const plan = usePlan(text, problems.length === 0);
  const readable = viewOf(text) !== null;
  const submit = async (): Promise<void> => {
    const { data } = await create({ input: { source: text } });
    if (data?.createSweep.__typename === 'SweepCreated') router.push(`/sweeps/${data.createSweep.sweep.id}`);
    else if (data?.createSweep.__typename === 'SweepInvalid')
      setRefused(data.createSweep.problems.map(withoutLine));
  };
  return (
    <>
      <PageHead
        trail={<Link href="/sweeps">Sweeps</Link>}
        title="New sweep"
        about={standingOf(problems.length, view?.method === 'grid' ? (server?.gridSize ?? null) : null, plan)}
      >
        <Button
          variant="filled"
          disabled={problems.length > 0}
          loading={creating.fetching}
          onClick={() => void submit()}
        >
          Start sweep
        </Button>
      </PageHead>
      <Templates onChoose={change} />
      {creating.error !== undefined && <Problem>{sayError(creating.error)}</Problem>}
      <div className={styles.halves}>
        <div className={styles.half}>
          <fieldset className={styles.half} disabled={!readable} aria-label="Form">
            {view !== null && <DefinitionForm view={view} text={text} problems={problems} onText={change} />}
          </fieldset>
          <PlanPanel plan={plan} sound={problems.length === 0} />
        </div>
        <div className={styles.half}>
          <YamlPane text={text} problems={problems} warnings={checked.warnings} onText={change} />
        </div>
      </div>
    </>
  );
};

const standingOf = (problems: number, gridSize: number | null, plan: Plan | null): string => {
  if (problems > 0) return problems === 1 ? 'one thing to mend' : `${problems} things to mend`;
  const grid = gridSize === null ? null : `a grid of ${gridSize.toLocaleString('en-US')} runs`;
  const parts = [grid, plan === null ? null : planLine(plan)].filter((part) => part !== null);
  return parts.length === 0 ? 'ready to start' : `ready to start: ${parts.join('; ')}`;
};

/** What is typed before the page is alive would be lost, so the fields come with their life. */
export const SweepBuilderPage = () => (useMounted() ? <Builder /> : <BlockSkeleton height={640} />);
