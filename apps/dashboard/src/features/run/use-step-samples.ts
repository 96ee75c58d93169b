'use client';
/** The pictures of one step; those of the next steps are fetched ahead, so that playing does not flicker. */
import { RunSamplesAtStepDocument, type SampleTileFragment } from '@plumage/api-client/operations';
import { useEffect } from 'react';
import { type Client, useClient, useQuery } from 'urql';

const mostSamples = 200;
const stepsAhead = 3;

const fetchAhead = async (client: Client, id: string, step: number): Promise<void> => {
  const variables = { id, step, first: mostSamples };
  const { data } = await client
    .query(RunSamplesAtStepDocument, variables, { requestPolicy: 'cache-first' })
    .toPromise();
  for (const { node } of data?.run?.samples.edges ?? []) new Image().src = node.url;
};

export const useStepSamples = (
  runId: string | undefined,
  step: number | null,
  steps: readonly number[],
): { readonly samples: readonly SampleTileFragment[]; readonly known: boolean } => {
  const client = useClient();
  const newest = steps.at(-1);
  const [{ data }] = useQuery({
    query: RunSamplesAtStepDocument,
    variables: { id: runId ?? '', step: step ?? 0, first: mostSamples },
    pause: runId === undefined || step === null,
    // Only the newest step may still be growing.
    requestPolicy: step === newest ? 'cache-and-network' : 'cache-first',
  });
  useEffect(() => {
    if (runId === undefined || step === null) return;
    const at = steps.indexOf(step);
    const near = [...steps.slice(at + 1, at + 1 + stepsAhead), ...steps.slice(Math.max(0, at - 1), at)];
    for (const one of near) void fetchAhead(client, runId, one);
  }, [client, runId, step, steps]);
  return { samples: data?.run?.samples.edges.map((edge) => edge.node) ?? [], known: data !== undefined };
};
