'use client';
/** The pictures of one step; those of the next steps are fetched ahead, so that playing does not flicker. */
import {
  RunSamplesAtStepDocument,
  type SampleKind,
  type SampleTileFragment,
} from '@plumage/api-client/operations';
import { useEffect } from 'react';
import { type Client, useClient, useQuery } from 'urql';

const mostSamples = 200;
const stepsAhead = 3;

/** A GAN's renders may stand at a step of its grid; other trainers' pictures are of several kinds. */
const kindOf = (trainer: string): SampleKind | null => (trainer === 'gan-cls' ? 'TRAIN_GRID' : null);

const fetchAhead = async (
  client: Client,
  { id, kind }: { readonly id: string; readonly kind: SampleKind | null },
  step: number,
): Promise<void> => {
  const variables = { id, kind, step, first: mostSamples };
  const { data } = await client
    .query(RunSamplesAtStepDocument, variables, { requestPolicy: 'cache-first' })
    .toPromise();
  for (const { node } of data?.run?.samples.edges ?? []) new Image().src = node.url;
};

export const useStepSamples = (
  run: { readonly id: string; readonly sweep: { readonly trainer: string } } | undefined,
  step: number | null,
  steps: readonly number[],
): { readonly samples: readonly SampleTileFragment[]; readonly known: boolean } => {
  const client = useClient();
  const runId = run?.id;
  const kind = run === undefined ? null : kindOf(run.sweep.trainer);
  const newest = steps.at(-1);
  const [{ data }] = useQuery({
    query: RunSamplesAtStepDocument,
    variables: { id: runId ?? '', kind, step: step ?? 0, first: mostSamples },
    pause: runId === undefined || step === null,
    // Only the newest step may still be growing.
    requestPolicy: step === newest ? 'cache-and-network' : 'cache-first',
  });
  useEffect(() => {
    if (runId === undefined || step === null) return;
    const at = steps.indexOf(step);
    const near = [...steps.slice(at + 1, at + 1 + stepsAhead), ...steps.slice(Math.max(0, at - 1), at)];
    for (const one of near) void fetchAhead(client, { id: runId, kind }, one);
  }, [client, runId, kind, step, steps]);
  return { samples: data?.run?.samples.edges.map((edge) => edge.node) ?? [], known: data !== undefined };
};
