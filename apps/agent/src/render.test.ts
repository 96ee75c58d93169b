import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AgentOptions } from './agent.options.ts';
import { runAgent } from './agent.ts';
import { createEventLog } from './event.log.ts';
import { type ApiDouble, type DoubleRun, startApiDouble, testKey } from './testing/api.double.ts';
import type { DoubleRender } from './testing/render.double.ts';

const source = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const tiny = { preset: 'cpu-tiny', steps: 20, log_every: 1, sample_every: 20, checkpoint_every: 10 };
const long = { ...tiny, steps: 100_000, sample_every: 0, checkpoint_every: 0 };

let folder: string;
let workDir: string;
let api: ApiDouble;
let trained: DoubleRun;
let lines: string[] = [];
let running: Array<{ leave(): void; done: Promise<void> }> = [];

const startAgent = (options: Partial<AgentOptions> = {}) => {
  const leaving = new AbortController();
  const giveUp = new AbortController();
  const done = runAgent(
    {
      server: api.url,
      key: testKey,
      name: 'test',
      slots: 1,
      backend: 'wasm',
      count: undefined,
      sweep: undefined,
      workDir,
      cacheDir: join(folder, 'cache'),
      graceMs: 20_000,
      spoolLimitBytes: 2 ** 30,
      datasets: [],
      memoryLimitMb: undefined,
      stallMs: 0,
      allowCommand: false,
      commandDir: '.',
      json: false,
      ...options,
    },
    {
      log: createEventLog({ json: false, write: (line) => void lines.push(line), now: () => new Date(0) }),
      version: '0.0.0',
      childProgram: source('./child.ts'),
      env: { ...process.env, NODE_OPTIONS: '--import tsx' },
      leaving: leaving.signal,
      giveUp: giveUp.signal,
    },
  );
  done.catch(() => {});
  const agent = { done, leave: () => leaving.abort(new Error('leaving')) };
  running.push(agent);
  return agent;
};

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 90_000;
  while (!holds()) {
    if (Date.now() > deadline)
      throw new Error(`${what} did not happen; the agent said:\n${lines.join('\n')}`);
    await new Promise((done) => setTimeout(done, 20));
  }
};
const finished = (render: DoubleRender) => until('the pictures', () => render.state === 'FINISHED');
const pictureShas = (render: DoubleRender) =>
  render.settlements.at(-1)?.pictures?.map(({ blobSha256 }) => blobSha256);
const cached = () => join(workDir, 'render-cache');
const put = (bytes: Uint8Array): string => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  api.blobs.set(sha256, Buffer.from(bytes));
  return sha256;
};
/** The drawing child of this process's agent. */
const drawingPid = (): number | undefined => {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8');
  return children
    .trim()
    .split(' ')
    .map(Number)
    .find((pid) => pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--render'));
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-agent-render-'));
  workDir = join(folder, 'training');
  api = await startApiDouble();
  trained = api.addRun(tiny);
  await startAgent({ count: 1 }).done;
}, 120_000);
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  workDir = mkdtempSync(join(folder, 'work-'));
  [lines, running] = [[], []];
  api.fetched.length = 0;
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(lines.join('\n'));
  for (const agent of running) agent.leave();
  await Promise.allSettled(running.map(({ done }) => done));
  api.runs.splice(1);
});

/** What the training's last grid drew, asked for again. */
const gridAgain = () => {
  const cells = trained.samples.filter(({ step }) => step === 20);
  return {
    request: { kind: 'CAPTIONS', captions: cells.map(({ prompt }) => prompt), seeds: [1] },
    shas: cells.map(({ blobSha256 }) => blobSha256),
  };
};

describe('an agent that is asked for pictures', { timeout: 120_000 }, () => {
  it('draws what the training drew, to the byte, while it has nothing to train', async () => {
    const { request, shas } = gridAgain();
    const render = api.addRender(trained, request);
    startAgent();
    await finished(render);
    expect(pictureShas(render)).toEqual(shas);
    expect(shas).toHaveLength(8);
    await until('the folder to be empty', () => readdirSync(join(workDir, 'renders')).length === 0);
    expect(lines.join('\n')).toMatch(/slot 0 · gull-0001 · drawing captions from the checkpoint of step 20/);
  });

  it('draws while its only slot trains, and the training goes on', async () => {
    const run = api.addRun(long);
    startAgent();
    await until('training', () => run.batches.size > 0);
    const { request, shas } = gridAgain();
    const render = api.addRender(trained, request);
    await finished(render);
    expect(pictureShas(render)).toEqual(shas);
    const batches = run.batches.size;
    await until('more training', () => run.batches.size > batches);
    expect(run).toMatchObject({ state: 'RUNNING', epoch: 1 });
  });

  it('draws a second time without fetching, with the process that is ready', async () => {
    startAgent();
    await finished(api.addRender(trained, gridAgain().request));
    const [pid, fetches] = [drawingPid(), api.fetched.length];
    // Moments of optimisers are of no use for a picture.
    expect(fetches).toBe(3);
    const render = api.addRender(trained, { kind: 'CAPTIONS', captions: ['whale'], seeds: [5] });
    await finished(render);
    expect(drawingPid()).toBe(pid);
    expect(api.fetched).toHaveLength(fetches);
  });

  it.each([
    { kind: 'TEXT_INTERPOLATION', from: 'whale', to: 'tomato', frames: 5, seed: 3, path: 'linear' },
    { kind: 'NOISE_INTERPOLATION', caption: 'whale', fromSeed: 1, toSeed: 2, frames: 5, path: 'spherical' },
  ])('draws a $kind', async (request) => {
    startAgent();
    const render = api.addRender(trained, request);
    await finished(render);
    expect(render.settlements.at(-1)?.pictures).toHaveLength(5);
  });

  it('takes the style of an uploaded picture', async () => {
    const style = trained.samples.slice(0, 2).map(({ blobSha256 }) => blobSha256);
    const render = api.addRender(trained, {
      kind: 'STYLE_TRANSFER',
      style,
      captionOfStyle: null,
      captions: ['whale', 'tomato', 'bear'],
    });
    startAgent();
    await finished(render);
    expect(render.settlements.at(-1)?.pictures?.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('stops when it is cancelled, reports nothing, and draws the next', async () => {
    const render = api.addRender(trained, gridAgain().request);
    startAgent();
    await until('drawing', () => render.state === 'RUNNING');
    render.state = 'CANCELLED';
    const next = api.addRender(trained, gridAgain().request);
    await finished(next);
    expect(render.settlements).toEqual([]);
    expect(lines.join('\n')).toMatch(/cancelled: The render is CANCELLED\./);
  });

  it('whose drawing process is killed says so; the next try delivers', async () => {
    const render = api.addRender(trained, gridAgain().request);
    startAgent();
    await until('drawing', () => drawingPid() !== undefined);
    process.kill(drawingPid() ?? 0, 'SIGKILL');
    await finished(render);
    expect(render.settlements.map(({ outcome, failureClass }) => [outcome, failureClass ?? null])).toEqual([
      ['FAILED', 'crashed'],
      ['FINISHED', null],
    ]);
    expect(render.settlements[0]?.failureMessage).toMatch(/The drawing process was ended by SIGKILL/);
  });

  it('gives the render back when it leaves', async () => {
    const render = api.addRender(trained, gridAgain().request);
    const agent = startAgent();
    await until('drawing', () => drawingPid() !== undefined);
    agent.leave();
    await agent.done;
    expect(render.settlements).toMatchObject([{ outcome: 'RELEASED' }]);
    expect(drawingPid()).toBeUndefined();
    startAgent();
    await finished(render);
  });

  it('fetches a checkpoint again that went bad on its own disk', async () => {
    const first = startAgent();
    await finished(api.addRender(trained, gridAgain().request));
    first.leave();
    await first.done;
    const [entry = ''] = readdirSync(cached());
    writeFileSync(join(cached(), entry, 'model.safetensors'), 'not what it was');
    startAgent();
    const render = api.addRender(trained, gridAgain().request);
    await finished(render);
    expect(pictureShas(render)).toEqual(gridAgain().shas);
    expect(render.settlements).toHaveLength(1);
  });

  it('says that a checkpoint is damaged where it was damaged in the store', async () => {
    const sha256 = trained.checkpoints
      .at(-1)
      ?.files.find(({ name }) => name === 'model.safetensors')?.blobSha256;
    const whole = api.blobs.get(sha256 ?? '') as Buffer;
    api.blobs.set(sha256 ?? '', whole.subarray(10));
    try {
      const render = api.addRender(trained, gridAgain().request);
      startAgent();
      await until('the end', () => render.state === 'FAILED');
      expect(render.settlements).toMatchObject([{ outcome: 'FAILED', failureClass: 'checkpoint_corrupt' }]);
      expect(render.settlements[0]?.failureMessage).toMatch(
        /model\.safetensors of the checkpoint of step 20/,
      );
    } finally {
      api.blobs.set(sha256 ?? '', whole);
    }
  });

  it('says which style picture is none, as the user’s error', async () => {
    const style = [put(new TextEncoder().encode('no picture'))];
    const render = api.addRender(trained, {
      kind: 'STYLE_TRANSFER',
      style,
      captionOfStyle: null,
      captions: ['whale'],
    });
    startAgent();
    await until('the end', () => render.state === 'FAILED');
    expect(render.settlements).toMatchObject([{ failureClass: 'user_error' }]);
    expect(render.settlements[0]?.failureMessage).toMatch(/^style\[0\] cannot be read/);
  });

  it('removes what a killed agent left of its renders', async () => {
    mkdirSync(join(workDir, 'renders', 'render-9.1'), { recursive: true });
    mkdirSync(join(cached(), 'checkpoint-9.partial'), { recursive: true });
    startAgent();
    await finished(api.addRender(trained, gridAgain().request));
    await until('the folder to be empty', () => readdirSync(join(workDir, 'renders')).length === 0);
    expect(readdirSync(cached())).toEqual(['checkpoint-run-1-20']);
  });
});
