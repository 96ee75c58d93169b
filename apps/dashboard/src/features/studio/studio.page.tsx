'use client';
/** The Studio: a person asks for pictures from a checkpoint, waits seconds, and sees them; earlier ones stay below. */
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import {
  CreateRenderDocument,
  OnRenderChangedDocument,
  StudioDocument,
} from '@plumage/api-client/operations';
import type { RenderProblem } from '@plumage/contract';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '@mantine/core';
import { Empty, Problem } from '../../design/notice.tsx';
import { PageHead } from '../../design/page-head.tsx';
import { BlockSkeleton } from '../../design/skeletons.tsx';
import { StartAgent } from '../../design/start-agent.tsx';
import { sayError } from '../../graph/say-error.ts';
import { useLive } from '../../graph/use-live.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import { RenderBlock } from './render-block.tsx';
import styles from './studio.module.css';
import { readDraft, requestOf, type StudioDraft, writeDraft } from './studio-draft.ts';
import { StudioForm, type StudioRun } from './studio-form.tsx';

const pauseMs = 350;
const firstRenders = 12;
const mostRenders = 96;

/** The form; the address follows it after a pause, and leads it when a link or the back button changes it. */
const useDraft = (): [StudioDraft, (change: Partial<StudioDraft>) => void] => {
  const router = useRouter();
  const query = useSearchParams().toString();
  const [draft, setDraft] = useState(() => readDraft(new URLSearchParams(query)));
  const written = useRef(writeDraft(draft));
  useEffect(() => {
    const read = readDraft(new URLSearchParams(query));
    if (writeDraft(read) === written.current) return;
    written.current = writeDraft(read);
    setDraft(read);
  }, [query]);
  const follow = useDebouncedCallback((text: string) => {
    written.current = text;
    router.replace(text === '' ? '/studio' : `/studio?${text}`, { scroll: false });
  }, pauseMs);
  return [
    draft,
    (change) => {
      const next = { ...draft, ...change };
      setDraft(next);
      follow(writeDraft(next));
    },
  ];
};

export const StudioPage = () => {
  const [draft, change] = useDraft();
  const [most, setMost] = useState(firstRenders);
  const [creating, create] = useMutation(CreateRenderDocument);
  const [problems, setProblems] = useState<readonly RenderProblem[]>([]);
  const variables = { id: draft.runId ?? '', first: most };
  const { data, error, refresh } = usePageQuery(StudioDocument, variables, {
    refreshMs: 300,
    pollMs: 10_000,
  });
  useLive(OnRenderChangedDocument, { runId: draft.runId }, refresh, draft.runId !== null);
  const run = data?.run?.id === draft.runId ? (data?.run ?? undefined) : undefined;
  const mayGenerate = data === undefined || data.viewer.role !== 'VIEWER';

  const generate = async (): Promise<void> => {
    const parsed = requestOf(draft);
    if (!parsed.ok || draft.runId === null) return;
    const { kind, ...request } = parsed.request;
    const input = { runId: draft.runId, checkpointId: draft.checkpointId, kind, request };
    const answer = await create({ input });
    const created = answer.data?.createRender;
    setProblems(created?.__typename === 'RenderInvalid' ? created.problems : []);
    refresh();
  };

  return (
    <>
      <PageHead title="Studio" about="Pictures from a checkpoint, drawn by an agent while you wait" />
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {creating.error !== undefined && <Problem>{sayError(creating.error)}</Problem>}
      <div className={styles.columns}>
        <StudioForm
          draft={draft}
          run={run}
          mayGenerate={mayGenerate}
          busy={creating.fetching}
          problems={problems}
          onChange={(changed) => {
            setProblems([]);
            change(changed);
          }}
          onGenerate={() => void generate()}
        />
        <section aria-label="Generated pictures" className={styles.results}>
          <Results
            chosen={draft.runId !== null}
            missing={data !== undefined && data.run === null}
            run={run}
            agents={data?.overview.agentsOnline}
            mayCancel={mayGenerate}
            onMore={most < mostRenders ? () => setMost(mostRenders) : null}
          />
        </section>
      </div>
    </>
  );
};

interface ResultsProps {
  readonly chosen: boolean;
  readonly missing: boolean;
  readonly run: StudioRun | undefined;
  readonly agents: number | undefined;
  readonly mayCancel: boolean;
  /** null: no more are shown. */
  readonly onMore: (() => void) | null;
}

const Results = ({ chosen, missing, run, agents = 0, mayCancel, onMore }: ResultsProps) => {
  const narrow = useMediaQuery('(max-width: 720px)') ?? false;
  if (!chosen) {
    return (
      <Empty title="Choose a run">
        <p>
          Its newest checkpoint draws what you ask for. No runs yet?{' '}
          <Link href="/sweeps/new">Define a sweep</Link>.
        </p>
      </Empty>
    );
  }
  if (missing) return <Empty title="There is no such run">Choose another one.</Empty>;
  if (run === undefined) return <BlockSkeleton height={257} />;
  const renders = run.renders.edges.map(({ node }) => node);
  if (renders.length === 0) {
    return (
      <Empty title={`Nothing was generated from ${run.name} yet`}>
        <p>Type what it should draw and press Generate, or Ctrl+Enter.</p>
        {agents === 0 && <StartAgent />}
      </Empty>
    );
  }
  return (
    <>
      {agents === 0 && renders[0]?.state === 'QUEUED' && (
        <div>
          <StartAgent />
        </div>
      )}
      {renders.map((render, i) => (
        <RenderBlock
          key={render.id}
          render={render}
          runId={run.id}
          agents={agents}
          cell={i === 0 && !narrow ? 128 : 64}
          mayCancel={mayCancel}
        />
      ))}
      {run.renders.pageInfo.hasNextPage && onMore !== null && (
        <Button onClick={onMore}>Show earlier ones</Button>
      )}
    </>
  );
};
