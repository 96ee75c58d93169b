/** What is asked of a Plumage server, by its graph alone: runs of a sweep, their figures, curves and pictures. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@plumage/api-client';
import {
  CreateRenderDocument,
  RenderByIdDocument,
  type RunLineFragment,
  RunPageDocument,
  RunSamplesAtStepDocument,
  type SampleKind,
  type SampleTileFragment,
  SeriesDocument,
  SweepRunsDocument,
  SweepsDocument,
} from '@plumage/api-client/operations';
import { isTerminalRender, type RenderRequest } from '@plumage/contract';
import { drawnMetrics, type RecordedRun } from './record.ts';

/** Finished runs of the newest sweep of that name, in their order. @throws Error when there are none */
export const runsOf = async (api: ApiClient, name: string): Promise<RunLineFragment[]> => {
  const { sweeps } = await api.request(SweepsDocument, { first: 100, after: null });
  const sweep = sweeps.edges.find(({ node }) => node.name === name)?.node;
  if (!sweep)
    throw new Error(`there is no sweep ${name}: plumage sweep create examples/experiments/${name}.yaml`);
  const { sweep: page } = await api.request(SweepRunsDocument, { id: sweep.id, after: null, first: 100 });
  const runs = (page?.runs.edges ?? []).map(({ node }) => node).filter(({ state }) => state === 'FINISHED');
  if (runs.length === 0) throw new Error(`sweep ${name} has no finished run yet`);
  return runs;
};

const curvesOf = async (api: ApiClient, id: string) => {
  const input = { runIds: [id], keys: [...drawnMetrics], points: 400 };
  const { series } = await api.request(SeriesDocument, { input });
  return Object.fromEntries(
    series.map(({ key, steps, last }) => [
      key,
      steps.flatMap((step, i) => {
        const value = last[i];
        return value === null || value === undefined ? [] : [[step, value] as const];
      }),
    ]),
  );
};

export const recordRun = async (api: ApiClient, line: RunLineFragment): Promise<RecordedRun> => {
  const { run } = await api.request(RunPageDocument, { id: line.id });
  if (!run) throw new Error(`${line.name} is gone`);
  const assignment = run.assignment as Record<string, unknown>;
  const { seed } = run.config as { seed: number };
  const [start, end] = [run.startedAt, run.finishedAt].map((at) => new Date(String(at)).getTime());
  return {
    name: `${run.sweep.name}/${run.name}`,
    seed,
    assignment,
    steps: run.step,
    datasetDigest: run.datasetDigest ?? '',
    device: run.attempts.at(-1)?.device ?? '',
    seconds: Math.round(((end as number) - (start as number)) / 1000),
    figures: Object.fromEntries(
      run.metrics.flatMap(({ key, last }) =>
        last === null || !key.startsWith('eval/') ? [] : [[key, last]],
      ),
    ),
    curves: await curvesOf(api, line.id),
  };
};

/** Pictures of the run's last step, as the training drew them. */
export const samplesOf = async (
  api: ApiClient,
  { id, step }: RunLineFragment,
  kind: SampleKind,
): Promise<SampleTileFragment[]> => {
  const { run } = await api.request(RunSamplesAtStepDocument, { id, step, first: 200, kind });
  return (run?.samples.edges ?? [])
    .map(({ node }) => node)
    .sort((a, b) => a.promptIndex - b.promptIndex || a.seed - b.seed);
};

export const bytesOf = async (api: ApiClient, { url }: SampleTileFragment): Promise<Uint8Array> => {
  const sha256 = /[0-9a-f]{64}/.exec(url)?.[0];
  if (sha256 === undefined) throw new Error(`${url} is not the address of a blob`);
  const folder = await mkdtemp(join(tmpdir(), 'plumage-picture-'));
  try {
    const file = join(folder, sha256);
    await api.getBlob(sha256, file);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Asks an agent for pictures, and waits. */
export const drawn = async (
  api: ApiClient,
  runId: string,
  { kind, ...request }: RenderRequest,
): Promise<Uint8Array[]> => {
  const { createRender: made } = await api.request(CreateRenderDocument, { input: { runId, kind, request } });
  if (made.__typename === 'RenderInvalid') throw new Error(JSON.stringify(made.problems));
  for (;;) {
    const { render } = await api.request(RenderByIdDocument, { id: made.render.id });
    if (render && isTerminalRender(render.state)) {
      if (render.state !== 'FINISHED')
        throw new Error(render.failureMessage ?? `a render was ${render.state}`);
      return Promise.all(render.samples.map((sample) => bytesOf(api, sample)));
    }
    await sleep(300);
  }
};
