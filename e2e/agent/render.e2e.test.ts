import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AgentProcess, type Stack, startStack, until } from './stack.ts';

interface RenderPage {
  readonly id: string;
  readonly state: string;
  readonly agentName: string | null;
  readonly failureClass: string | null;
  readonly failureMessage: string | null;
  readonly samples: ReadonlyArray<{
    kind: string;
    prompt: string;
    seed: number;
    url: string;
    promptIndex: number;
  }>;
}

interface RunPage {
  readonly id: string;
  readonly state: string;
  readonly step: number;
  readonly attempts: ReadonlyArray<{ epoch: number }>;
  readonly latestSamples: ReadonlyArray<{ prompt: string; seed: number; url: string }>;
}

let stack: Stack;
let trained: RunPage;
let agents: AgentProcess[] = [];

const agent = (args: readonly string[] = []): AgentProcess => {
  const started = stack.startAgent(['--backend', 'wasm', ...args]);
  agents.push(started);
  return started;
};

const createRun = async (parameters: Record<string, unknown>): Promise<void> => {
  const all = { preset: 'cpu-tiny', log_every: 1, checkpoint_every: 0, ...parameters };
  const source = JSON.stringify({
    name: 'tiny',
    method: 'grid',
    metric: { name: 'g/loss', goal: 'minimize' },
    parameters: Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }])),
  });
  await stack.ask(`mutation ($source: String!) { createSweep(input: { source: $source }) { __typename } }`, {
    source,
  });
};

const newestRun = async (): Promise<RunPage> => {
  const { runs } = await stack.ask<{ runs: { edges: Array<{ node: RunPage }> } }>(
    `{ runs(first: 1, orderBy: CREATED_AT, direction: DESC) { edges { node {
      id state step attempts { epoch } latestSamples { prompt seed url } } } } }`,
  );
  return runs.edges[0]?.node as RunPage;
};
const untilRun = (what: string, holds: (run: RunPage) => boolean): Promise<RunPage> =>
  until(what, async () => {
    const run = await newestRun();
    return run !== undefined && holds(run) ? run : undefined;
  });

const createRender = async (kind: string, request: object): Promise<string> => {
  const { createRender: answer } = await stack.ask<{ createRender: { render?: { id: string } } }>(
    `mutation ($input: CreateRenderInput!) { createRender(input: $input) {
      ... on RenderCreated { render { id } }
      ... on RenderInvalid { problems { path message expected } }
    } }`,
    { input: { runId: trained.id, kind, request } },
  );
  if (!answer.render) throw new Error(JSON.stringify(answer));
  return answer.render.id;
};

const findRender = async (id: string): Promise<RenderPage> => {
  const { render } = await stack.ask<{ render: RenderPage }>(
    `query ($id: ID!) { render(id: $id) {
      id state agentName failureClass failureMessage samples { kind prompt seed url promptIndex } } }`,
    { id },
  );
  return render;
};
const untilRender = (id: string, state: string): Promise<RenderPage> =>
  until(`the render to be ${state}`, async () => {
    const render = await findRender(id);
    if (render.state === 'FAILED' && state !== 'FAILED') throw new Error(JSON.stringify(render));
    return render.state === state ? render : undefined;
  });

const captions = { captions: ['whale', 'tomato'], seeds: [1, 2] };
const shaOf = (url: string): string => /[0-9a-f]{64}/.exec(url)?.[0] ?? '';
/** Long enough to be interrupted: 200 steps of a descent for each of eight styles. */
const styles = () => ({
  style: [...new Set(trained.latestSamples.map(({ url }) => shaOf(url)))].slice(0, 8),
  captions: ['whale', 'tomato', 'bear'],
});

/** The agent's drawing child. */
const drawingPid = ({ pid }: AgentProcess): number | undefined =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number)
    .find((child) => child > 0 && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('--render'));

beforeAll(async () => {
  stack = await startStack();
  await createRun({ steps: 40, sample_every: 40 });
  await agent(['--once']).exited;
  trained = await untilRun('the end', ({ state }) => state === 'FINISHED');
}, 240_000);
afterAll(() => stack.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(agents.map((each) => each.output()).join('\n---\n'));
  for (const each of agents) each.kill('SIGTERM');
  await Promise.all(agents.map(({ exited }) => exited));
  agents = [];
});

describe('pictures that a person asks for', () => {
  it('arrive as samples of the run, of each kind; the training’s own captions and seeds give its own pictures', async () => {
    agent();
    const again = await untilRender(
      await createRender('CAPTIONS', {
        captions: trained.latestSamples.map(({ prompt }) => prompt),
        seeds: [1],
      }),
      'FINISHED',
    );
    expect(again.samples.map(({ prompt, url }) => [prompt, shaOf(url)])).toEqual(
      trained.latestSamples.map(({ prompt, url }) => [prompt, shaOf(url)]),
    );
    expect(new Set(again.samples.map(({ kind }) => kind))).toEqual(new Set(['RENDER']));
    const asked: Array<[string, object, number]> = [
      ['TEXT_INTERPOLATION', { from: 'whale', to: 'tomato', frames: 5 }, 5],
      ['NOISE_INTERPOLATION', { caption: 'whale', fromSeed: 1, toSeed: 2, frames: 4 }, 4],
      ['STYLE_TRANSFER', styles(), 3 * styles().style.length],
    ];
    for (const [kind, request, count] of asked) {
      const { samples } = await untilRender(await createRender(kind, request), 'FINISHED');
      expect(samples.map(({ promptIndex }) => promptIndex)).toEqual([...Array(count).keys()]);
      expect(new Set(samples.map((sample) => sample.kind))).toEqual(new Set([kind]));
    }
  });

  it('arrive while every slot trains, and no training is interrupted', async () => {
    await createRun({ steps: 100_000, sample_every: 0 });
    agent();
    const before = await untilRun('training', ({ state, step }) => state === 'RUNNING' && step > 5);
    const render = await untilRender(await createRender('CAPTIONS', captions), 'FINISHED');
    expect(render.samples).toHaveLength(4);
    const after = await untilRun('more training', ({ step }) => step > before.step + 5);
    expect(after).toMatchObject({ id: before.id, state: 'RUNNING', attempts: [{ epoch: 1 }] });
    await stack.ask('mutation ($id: ID!) { cancelRun(input: { runId: $id }) { run { id } } }', {
      id: after.id,
    });
    await untilRun('the end', ({ state }) => state === 'CANCELLED');
  });

  it('are drawn by another agent when the first is killed, after its lease has run out', async () => {
    const first = agent(['--name', 'first']);
    const id = await createRender('STYLE_TRANSFER', styles());
    await untilRender(id, 'RUNNING');
    first.kill('SIGKILL');
    await first.exited;
    agent(['--name', 'second']);
    const render = await untilRender(id, 'FINISHED');
    expect(render).toMatchObject({ agentName: 'second', failureClass: null });
    expect(render.samples).toHaveLength(3 * styles().style.length);
    await until(
      'the folder to be empty',
      () => readdirSync(join(stack.folder, 'agent', 'renders')).length === 0,
    );
  });

  it('are drawn by another process when the first is killed', async () => {
    const only = agent();
    const id = await createRender('STYLE_TRANSFER', styles());
    const pid = await until('the drawing process', () => drawingPid(only));
    process.kill(pid, 'SIGKILL');
    const render = await untilRender(id, 'FINISHED');
    expect(render.samples).toHaveLength(3 * styles().style.length);
    expect(only.output()).toMatch(/not drawn \(crashed\): The drawing process was ended by SIGKILL/);
  });

  it('are no longer drawn once they are cancelled', async () => {
    const only = agent();
    const id = await createRender('STYLE_TRANSFER', styles());
    await until('the drawing process', () => drawingPid(only));
    await stack.ask('mutation ($id: ID!) { cancelRender(input: { renderId: $id }) { render { id } } }', {
      id,
    });
    await until('the drawing process to end', () => drawingPid(only) === undefined);
    expect(await findRender(id)).toMatchObject({ state: 'CANCELLED', samples: [] });
    expect(await untilRender(await createRender('CAPTIONS', captions), 'FINISHED')).toMatchObject({
      failureMessage: null,
    });
  });
});
