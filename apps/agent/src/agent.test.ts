import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AgentOptions } from './agent.options.ts';
import { runAgent } from './agent.ts';
import { createEventLog } from './event.log.ts';
import { isAlive } from './process.table.ts';
import { type ApiDouble, type DoubleRun, startApiDouble, testKey } from './testing/api.double.ts';

const source = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const env = { ...process.env, NODE_OPTIONS: '--import tsx' };
const tiny = { preset: 'cpu-tiny', steps: 40, log_every: 1, sample_every: 20, checkpoint_every: 10 };
/** Long enough that a test can do something to it. */
const long = { ...tiny, steps: 100_000, sample_every: 0, checkpoint_every: 20 };

let cacheDir: string;
let workDir: string;
let api: ApiDouble;
let lines: string[];

beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'plumage-agent-cache-'));
});
afterAll(() => rmSync(cacheDir, { recursive: true }));
beforeEach(async () => {
  workDir = mkdtempSync(join(tmpdir(), 'plumage-agent-'));
  api = await startApiDouble();
  lines = [];
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(lines.join('\n'));
  await api.close();
  rmSync(workDir, { recursive: true });
});

interface RunningAgent {
  readonly done: Promise<void>;
  leave(): void;
  giveUp(): void;
}

const startAgent = (options: Partial<AgentOptions> = {}): RunningAgent => {
  const leaving = new AbortController();
  const giveUp = new AbortController();
  const done = runAgent(
    {
      server: api.url,
      key: testKey,
      name: 'test',
      slots: 1,
      backend: 'wasm',
      count: 1,
      sweep: undefined,
      workDir,
      cacheDir,
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
      env,
      leaving: leaving.signal,
      giveUp: giveUp.signal,
    },
  );
  done.catch(() => {});
  return {
    done,
    leave: () => leaving.abort(new Error('leaving')),
    giveUp: () => giveUp.abort(new Error('at once')),
  };
};

const until = async (what: string, holds: () => boolean, timeoutMs = 60_000): Promise<void> => {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline)
      throw new Error(`${what} did not happen; the agent said:\n${lines.join('\n')}`);
    await new Promise((done) => setTimeout(done, 20));
  }
};

const stepsOf = (run: DoubleRun, key = 'g/loss', epoch?: number): number[] =>
  [...run.batches]
    .filter(([id]) => epoch === undefined || id.startsWith(`${epoch}/`))
    .flatMap(([, columns]) => columns.filter((column) => column.key === key).flatMap(({ steps }) => steps));
const upTo = (last: number, from = 1): number[] =>
  Array.from({ length: last - from + 1 }, (_, i) => from + i);
const childPid = (run: DoubleRun): number =>
  JSON.parse(readFileSync(join(workDir, 'runs', `${run.id}.${run.epoch}`, 'lease.json'), 'utf8')).childPid;
const leftFolders = (): string[] =>
  existsSync(join(workDir, 'runs')) ? readdirSync(join(workDir, 'runs')) : [];
const training = (run: DoubleRun) => until('training', () => stepsOf(run).length > 30);

describe('an agent', { timeout: 120_000 }, () => {
  it('trains a run to its end and delivers every point once, every picture and the last checkpoint', async () => {
    const run = api.addRun(tiny);
    await startAgent().done;
    expect(run.settlements).toMatchObject([{ outcome: 'FINISHED', step: 40 }]);
    expect(stepsOf(run)).toEqual(upTo(40));
    expect(run.checkpoints.map(({ step }) => step)).toEqual([10, 20, 30, 40]);
    expect(new Set(run.samples.map(({ step }) => step)).has(40)).toBe(true);
    expect(run.beats.at(-1)).toMatchObject({ totalSteps: 40, backend: 'wasm' });
    expect(run.beats.at(-1)?.datasetDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(leftFolders()).toEqual([]);
    expect(api.calls.at(-1)).toBe('StopAgent');
    expect(lines.join('\n')).toContain('slot 0 · gull-0001 · finished at step 40');
  });

  it('reports a checkpoint only after all points before it', async () => {
    const run = api.addRun(tiny);
    await startAgent().done;
    const reports = api.calls.filter((name) => name === 'ReportMetrics' || name === 'ReportCheckpoint');
    expect(reports.at(-1)).toBe('ReportCheckpoint');
    expect(run.checkpoints).toHaveLength(4);
  });

  it('uploads again what the store has collected before its report came', async () => {
    const run = api.addRun(tiny);
    const seen = new Set<string>();
    const keep = api.blobs.set.bind(api.blobs);
    // Each content is lost once after its first upload.
    api.blobs.set = (sha256, bytes) => {
      if (seen.has(sha256)) return keep(sha256, bytes);
      seen.add(sha256);
      return api.blobs;
    };
    await startAgent().done;
    expect(run.settlements).toMatchObject([{ outcome: 'FINISHED', step: 40 }]);
    expect(run.checkpoints.map(({ step }) => step)).toEqual([10, 20, 30, 40]);
    expect(new Set(run.samples.map(({ step }) => step)).has(40)).toBe(true);
  });

  it('goes on training while the API is away, and everything arrives later', async () => {
    const run = api.addRun({ ...tiny, steps: 150, checkpoint_every: 50 });
    const agent = startAgent();
    await training(run);
    api.away = true;
    const before = stepsOf(run).length;
    await new Promise((done) => setTimeout(done, 3_000));
    expect(stepsOf(run).length).toBe(before);
    api.away = false;
    await agent.done;
    expect(stepsOf(run)).toEqual(upTo(150));
    expect(run.settlements).toMatchObject([{ outcome: 'FINISHED', step: 150 }]);
    expect(lines.filter((line) => line.includes('cannot be reached')).length).toBeLessThanOrEqual(3);
    expect(lines.some((line) => line.includes('the API answers again'))).toBe(true);
  });

  it('whose child is killed in mid-training says so; the next attempt goes on from the checkpoint without a gap', async () => {
    const run = api.addRun({ ...long, steps: 150 });
    const first = startAgent();
    await training(run);
    await until('a checkpoint', () => run.checkpoints.length > 0);
    process.kill(childPid(run), 'SIGKILL');
    await first.done;
    expect(run.settlements).toMatchObject([{ outcome: 'FAILED', failureClass: 'crashed' }]);
    run.state = 'QUEUED';
    const kept = run.checkpoints.at(-1)?.step ?? 0;
    await startAgent().done;
    expect(run.settlements[1]).toMatchObject({ outcome: 'FINISHED', step: 150 });
    const before = stepsOf(run, 'g/loss', 1).filter((step) => step <= kept);
    expect([...before, ...stepsOf(run, 'g/loss', 2)]).toEqual(upTo(150));
    expect(lines.some((line) => line.includes(`taken over from the checkpoint of step ${kept}`))).toBe(true);
  });

  it('that is told to leave writes a checkpoint, releases the run and ends; another finishes it', async () => {
    const run = api.addRun({ ...long, steps: 150, checkpoint_every: 0 });
    const first = startAgent();
    await training(run);
    first.leave();
    await first.done;
    expect(run.settlements).toMatchObject([{ outcome: 'RELEASED' }]);
    const kept = run.checkpoints.at(-1)?.step ?? 0;
    expect(kept).toBeGreaterThan(30);
    expect(run.settlements[0]?.step).toBe(kept);
    await startAgent().done;
    expect(stepsOf(run)).toEqual(upTo(150));
    expect(run.settlements[1]).toMatchObject({ outcome: 'FINISHED' });
  });

  it.each([
    ['PRUNE', 'PRUNED'],
    ['CANCEL', 'CANCELLED'],
    ['PAUSE', 'PAUSED'],
    ['DRAIN', 'RELEASED'],
    ['STOP', 'RELEASED'],
  ] as const)('that is told %s settles as %s', async (command, outcome) => {
    const run = api.addRun(long);
    const agent = startAgent();
    await training(run);
    run.command = command;
    await agent.done;
    expect(run.settlements).toMatchObject([{ outcome }]);
    const keeps = outcome === 'PAUSED' || outcome === 'RELEASED';
    if (keeps) expect(run.checkpoints.at(-1)?.step).toBe(run.settlements[0]?.step);
  });

  it('that has lost its lease stops training at once, sends nothing more and discards what is left', async () => {
    const run = api.addRun(long);
    const agent = startAgent();
    await training(run);
    const pid = childPid(run);
    api.takeAway(run);
    await agent.done;
    expect(isAlive(pid)).toBe(false);
    expect(run.settlements).toEqual([]);
    expect(leftFolders()).toEqual([]);
    expect(lines.some((line) => line.includes('the lease was lost'))).toBe(true);
  });

  it('calls a configuration that cannot be trained the user’s error, with the key and what was expected', async () => {
    const run = api.addRun({ ...tiny, batch_size: 1 });
    await startAgent().done;
    expect(run.settlements).toMatchObject([{ outcome: 'FAILED', failureClass: 'user_error' }]);
    expect(run.settlements[0]?.failureMessage).toMatch(/batch_size/);
  });

  it('says that the disk is full instead of hanging', async () => {
    const run = api.addRun(tiny);
    await startAgent({ spoolLimitBytes: 5_000 }).done;
    expect(run.settlements).toMatchObject([{ outcome: 'FAILED', failureClass: 'storage_full' }]);
    expect(run.settlements[0]?.failureMessage).toMatch(/cannot take more/);
  });

  it('refuses a key that the server does not know, and a server that is none, in a sentence', async () => {
    const wrong = `plu_agent_${'x'.repeat(43)}`;
    await expect(startAgent({ key: wrong }).done).rejects.toThrow(
      /refused the agent key: This key is not known\. The Settings page/,
    );
    await expect(startAgent({ server: 'http://127.0.0.1:9' }).done).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:9 cannot be reached after 4 tries: .* Is --server right, and is the server up\?/,
    );
  });

  it('refuses a work folder in which another agent works, naming its pid', async () => {
    api.addRun(long);
    const first = startAgent();
    await until('the lock', () => existsSync(join(workDir, 'agent.lock')));
    const second = spawn(
      process.execPath,
      [source('./main.ts'), '--server', api.url, '--work-dir', workDir],
      {
        env: { ...env, PLUMAGE_AGENT_KEY: testKey },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    second.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = await once(second, 'close');
    expect(code).toBe(1);
    expect(said).toContain(`Another agent (pid ${process.pid}) works in ${workDir}.`);
    first.leave();
    await first.done;
  });

  it('delivers what a killed agent has left, under its lease, before it takes anything new', async () => {
    const run = api.addRun({ ...long, steps: 150 });
    const first = spawn(
      process.execPath,
      [
        source('./main.ts'),
        '--server',
        api.url,
        '--work-dir',
        workDir,
        '--cache-dir',
        cacheDir,
        '--backend',
        'wasm',
      ],
      { env: { ...env, PLUMAGE_AGENT_KEY: testKey }, stdio: 'ignore' },
    );
    await training(run);
    first.kill('SIGKILL');
    await once(first, 'close');
    await startAgent().done;
    expect(run.settlements.map(({ outcome }) => outcome)).toEqual(['RELEASED', 'FINISHED']);
    expect(run.settlements[0]?.step).toBe(run.checkpoints.filter(({ epoch }) => epoch === 1).at(-1)?.step);
    expect(stepsOf(run)).toEqual(upTo(150));
  });

  it('given up on leaves its unsent results on the disk, which the next agent sends', async () => {
    const run = api.addRun(long);
    const first = startAgent();
    await training(run);
    api.away = true;
    first.leave();
    await new Promise((done) => setTimeout(done, 1_000));
    first.giveUp();
    await first.done.catch(() => {});
    expect(leftFolders()).toEqual([`${run.id}.1`]);
    api.away = false;
    const second = startAgent({ count: 1 });
    await until('the release', () => run.settlements.length === 1);
    second.leave();
    await second.done;
    expect(run.settlements[0]).toMatchObject({ outcome: 'RELEASED' });
    const first1 = stepsOf(run, 'g/loss', 1);
    expect(first1).toEqual(upTo(first1.length));
  });

  it('that waits for a run takes it once it is there', async () => {
    const agent = startAgent();
    await until('waiting', () => api.calls.filter((name) => name === 'Lease').length > 2);
    const run = api.addRun(tiny);
    await agent.done;
    expect(run.settlements).toMatchObject([{ outcome: 'FINISHED' }]);
    expect(lines.filter((line) => line.includes('waiting for a run'))).toHaveLength(1);
  });

  it('leaves when its one sweep has nothing more, when it is stopped from its page, and when another process has taken its name', async () => {
    api.leaseAnswers.push({
      __typename: 'NoWork',
      command: 'DRAIN',
      reason: 'The sweep is finished.',
      retryAfterMs: 1_000,
    });
    await startAgent({ sweep: 'sweep-1', count: undefined }).done;
    expect(lines.at(-1)).toContain('drained: takes no more runs (The sweep is finished.)');
    api.leaseAnswers.push({ __typename: 'NoWork', command: 'STOP', reason: 'Stopped.', retryAfterMs: 1_000 });
    await startAgent({ count: undefined }).done;
    expect(lines.at(-1)).toContain('ends (Stopped.)');
    api.leaseAnswers.push({ __typename: 'AgentSuperseded', reason: 'Another process is "test" now.' });
    await expect(startAgent({ count: undefined }).done).rejects.toThrow('Another process is "test" now.');
    expect(leftFolders()).toEqual([]);
  });
});
