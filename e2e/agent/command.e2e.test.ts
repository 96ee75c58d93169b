/** Programs as training runs, on the real API with the built agent: the Node example, killed, refused and tempted. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentProcess, type Stack, startStack, until } from './stack.ts';

const example = fileURLToPath(new URL('../../examples/command-trainer', import.meta.url));

let stack: Stack;
let agents: AgentProcess[];
beforeEach(async () => {
  stack = await startStack();
  agents = [];
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(agents.map((agent) => agent.output()).join('\n---\n'));
  await stack.stop();
});

const agent = (...args: string[]): AgentProcess => {
  const started = stack.startAgent(['--backend', 'cpu', ...args]);
  agents.push(started);
  return started;
};
const allowed = (...args: string[]): AgentProcess =>
  agent('--allow-command', '--command-dir', example, ...args);

interface RunPage {
  readonly id: string;
  readonly state: string;
  readonly step: number;
  readonly totalSteps: number | null;
  readonly failureClass: string | null;
  readonly failureMessage: string | null;
  readonly attempts: ReadonlyArray<{ epoch: number; outcome: string | null; resumedFromStep: number }>;
  readonly checkpoints: ReadonlyArray<{ step: number }>;
  readonly sampleSteps: readonly number[];
}

const createRun = async (command: readonly string[], parameters: object): Promise<void> => {
  const { createSweep } = await stack.ask<{ createSweep: { sweep?: { id: string } } }>(
    `mutation ($source: String!) { createSweep(input: { source: $source }) {
      ... on SweepCreated { sweep { id } }
      ... on SweepInvalid { problems { path message expected } }
    } }`,
    {
      source: JSON.stringify({
        trainer: 'command',
        command,
        method: 'grid',
        metric: { name: 'loss', goal: 'minimize' },
        parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }])),
      }),
    },
  );
  if (!createSweep.sweep) throw new Error(JSON.stringify(createSweep));
};

const findRun = async (): Promise<RunPage | undefined> => {
  const { runs } = await stack.ask<{ runs: { edges: Array<{ node: RunPage }> } }>(`{ runs { edges { node {
    id state step totalSteps failureClass failureMessage attempts { epoch outcome resumedFromStep }
    checkpoints { step } sampleSteps } } } }`);
  return runs.edges[0]?.node;
};

const untilRun = (what: string, holds: (run: RunPage) => boolean): Promise<RunPage> =>
  until(what, async () => {
    const run = await findRun();
    return run && holds(run) ? run : undefined;
  });

/** The steps that a chart of the run's loss shows, all of them. */
const curve = async (runId: string): Promise<number[]> => {
  const { series } = await stack.ask<{ series: Array<{ steps: number[] }> }>(
    `query ($runIds: [ID!]!) { series(input: { runIds: $runIds, keys: ["loss"], points: 2000 }) { steps } }`,
    { runIds: [runId] },
  );
  return series[0]?.steps ?? [];
};
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

const logOf = async (runId: string): Promise<string[]> => {
  const { run } = await stack.ask<{ run: { logs: { lines: Array<{ text: string }> } } }>(
    `query ($id: ID!) { run(id: $id) { logs(first: 1000) { lines { text } } } }`,
    { id: runId },
  );
  return run.logs.lines.map(({ text }) => text);
};

/** Processes that carry the run's name: the program and what it has started, whoever their parent is. */
const programsOf = (runId: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`PLUMAGE_RUN_ID=${runId}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);

/** The agent's child that looks after the run's program. */
const keeperOf = (runId: string): number => {
  const runs = join(stack.folder, 'agent', 'runs');
  const folder = readdirSync(runs).find((name) => name.startsWith(runId)) ?? '';
  return JSON.parse(readFileSync(join(runs, folder, 'lease.json'), 'utf8')).childPid;
};

const node = [process.execPath, 'train.mjs', '${args}'];

describe('a program as a training run', { timeout: 240_000 }, () => {
  it('brings its points, pictures, checkpoints and words to the run’s page', async () => {
    await createRun(node, { steps: 120, step_ms: 1, note: 'hello' });
    const { exited } = allowed('--once');
    expect(await exited).toMatchObject({ code: 0 });
    const run = await findRun();
    expect(run).toMatchObject({ state: 'FINISHED', step: 120, totalSteps: 120, sampleSteps: [50, 100] });
    expect(run?.checkpoints.map(({ step }) => step)).toContain(120);
    expect(await curve(run?.id ?? '')).toEqual(upTo(120));
    expect(await logOf(run?.id ?? '')).toContain(
      'training from step 0 to 120 with --note=hello --step_ms=1 --steps=120',
    );
  });

  it('that is killed goes on from its checkpoint, with one continuous curve', async () => {
    await createRun(node, { steps: 200, step_ms: 30 });
    allowed('--once');
    const { id } = await untilRun('a checkpoint', ({ checkpoints }) => checkpoints.length > 0);
    for (const pid of programsOf(id)) process.kill(pid, 'SIGKILL');
    await untilRun('its end', ({ attempts }) => attempts[0]?.outcome !== null);
    allowed('--once');
    const run = await untilRun('the whole run', ({ state }) => state === 'FINISHED');
    expect(run.attempts).toHaveLength(2);
    expect(run.attempts.map(({ outcome }) => outcome).toSorted()).toEqual(['FAILED', 'FINISHED']);
    expect(Math.max(...run.attempts.map(({ resumedFromStep }) => resumedFromStep))).toBeGreaterThanOrEqual(
      50,
    );
    expect(await curve(id)).toEqual(upTo(200));
  });

  it('that cannot read its checkpoint says so, and goes on from the one before it', async () => {
    const script = `
      const fs = require('node:fs');
      const say = (line) => fs.writeSync(3, JSON.stringify(line) + '\\n');
      const { PLUMAGE_RESUME_STEP: from, PLUMAGE_CHECKPOINT_DIR: folder } = process.env;
      if (from === '20') say({ error: 'state 20 is torn', class: 'checkpoint_corrupt' });
      else for (let step = Number(from ?? 0) + 1; step <= 20; step += 1) {
        if (step === 11 && from !== undefined) say({ message: 'read ' + fs.readFileSync(folder + '/state-' + from) });
        say({ step, metrics: { loss: 1 / step } });
        if (step % 10 !== 0) continue;
        fs.writeFileSync(folder + '/state-' + step, 'state ' + step);
        say({ step, checkpoint: { files: [folder + '/state-' + step] } });
      }
      process.exitCode = from === '10' ? 0 : 3;`;
    await createRun([process.execPath, '-e', script], { any: 1 });
    allowed();
    const run = await untilRun('its end', ({ state }) => state === 'FINISHED');
    const byEpoch = run.attempts.toSorted((a, b) => a.epoch - b.epoch);
    expect(byEpoch.map(({ resumedFromStep }) => resumedFromStep)).toEqual([0, 20, 10]);
    expect(await curve(run.id)).toEqual(upTo(20));
    expect(await logOf(run.id)).toContain('read state 10');
  });

  it('is released with its last checkpoint when the agent is told to leave', async () => {
    await createRun(node, { steps: 2_000, step_ms: 20 });
    const leaving = allowed();
    const { id } = await untilRun('training', ({ step }) => step > 5);
    leaving.kill('SIGTERM');
    expect(await leaving.exited).toMatchObject({ code: 0 });
    const run = await findRun();
    expect(run).toMatchObject({ state: 'QUEUED', attempts: [{ outcome: 'RELEASED' }] });
    // The program was asked by SIGTERM, and has saved where it stood.
    expect(Math.max(...(run?.checkpoints ?? []).map(({ step }) => step))).toBe(run?.step);
    expect(programsOf(id)).toEqual([]);
  });

  it('is ended at once by the agent’s second signal, even if it listens to none', async () => {
    const deaf = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
      require('node:fs').writeSync(3, '{"step": 7, "metrics": {"loss": 1}}\\n');`;
    await createRun([process.execPath, '-e', deaf], { any: 1 });
    const leaving = allowed('--grace-ms', '3600000');
    const { id } = await untilRun('training', ({ step }) => step === 7);
    leaving.kill('SIGTERM');
    await until('its leaving', () => leaving.output().includes('leaving: writing') || undefined);
    leaving.kill('SIGTERM');
    expect(await leaving.exited).toMatchObject({ code: 143 });
    expect(programsOf(id)).toEqual([]);
  });

  it('does not outlive the process that looks after it', async () => {
    await createRun(node, { steps: 100_000, step_ms: 20 });
    allowed('--once');
    const { id } = await untilRun('training', ({ step }) => step > 5);
    process.kill(keeperOf(id), 'SIGKILL');
    const run = await untilRun('its end', ({ attempts }) => attempts[0]?.outcome !== null);
    expect(run.attempts).toMatchObject([{ outcome: 'FAILED' }]);
    expect(programsOf(id)).toEqual([]);
  });

  it('does not outlive its agent and whoever looked after it', async () => {
    await createRun(node, { steps: 100_000, step_ms: 20 });
    const killed = allowed('--name', 'first');
    const { id } = await untilRun('training', ({ step }) => step > 5);
    const childPid = keeperOf(id);
    killed.kill('SIGSTOP');
    process.kill(childPid, 'SIGKILL');
    killed.kill('SIGKILL');
    await killed.exited;
    expect(programsOf(id)).toHaveLength(1);
    const [orphan] = programsOf(id);
    allowed('--name', 'first', '--sweep', '00000000-0000-7000-8000-000000000000');
    await until(
      'the orphan’s end',
      () => (orphan !== undefined && !programsOf(id).includes(orphan)) || undefined,
    );
  });

  it('is never taken by an agent without --allow-command', async () => {
    await createRun(node, { steps: 10, step_ms: 1 });
    const strict = agent('--name', 'strict');
    await until('its arrival', () => strict.output().includes('registered') || undefined);
    const willing = allowed('--name', 'willing', '--once', '--work-dir', join(stack.folder, 'willing'));
    await willing.exited;
    expect(await findRun()).toMatchObject({ state: 'FINISHED', attempts: [{ outcome: 'FINISHED' }] });
    expect(strict.output()).not.toContain('taken');
  });

  it('has its values as arguments, which no shell ever reads', async () => {
    const trap = join(stack.folder, 'trap');
    await createRun(node, { steps: 2, step_ms: 1, evil: `x; touch ${trap}`, other: `$(touch ${trap})` });
    await allowed('--once').exited;
    const run = await findRun();
    expect(run?.state).toBe('FINISHED');
    expect((await logOf(run?.id ?? '')).join('\n')).toContain(
      `--evil=x; touch ${trap} --other=$(touch ${trap})`,
    );
    expect(existsSync(trap)).toBe(false);
  });

  it('reports with its own token as well, and neither way hides the other', async () => {
    const script = `
      const { PLUMAGE_SERVER, PLUMAGE_RUN_ID, PLUMAGE_EPOCH, PLUMAGE_RUN_TOKEN } = process.env;
      require('node:fs').writeSync(3, JSON.stringify({ step: 1, metrics: { loss: 1 } }) + '\\n');
      const lease = { runId: PLUMAGE_RUN_ID, epoch: Number(PLUMAGE_EPOCH), token: PLUMAGE_RUN_TOKEN };
      const columns = [{ key: 'loss', steps: [2], values: [0.5], times: [Date.now()] }];
      fetch(PLUMAGE_SERVER + '/graphql', {
        method: 'POST',
        headers: { authorization: 'Bearer ' + PLUMAGE_RUN_TOKEN, 'content-type': 'application/json' },
        body: JSON.stringify({
          query: 'mutation ($input: ReportMetricsInput!) { reportMetrics(input: $input) { accepted } }',
          variables: { input: { lease, sequence: 0, columns } },
        }),
      }).then((answer) => answer.text()).then(console.log);`;
    await createRun([process.execPath, '-e', script], { any: 1 });
    await allowed('--once').exited;
    const run = await findRun();
    expect(run?.state).toBe('FINISHED');
    expect(await logOf(run?.id ?? '')).toContain('{"data":{"reportMetrics":{"accepted":true}}}');
    expect(await curve(run?.id ?? '')).toEqual([1, 2]);
  });

  it('that takes more memory than its slot may is ended, workers and all', async () => {
    const greedy = 'const held = []; setInterval(() => held.push(Buffer.alloc(5e7, 1)), 200)';
    const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(greedy)}], { stdio: 'inherit' })`;
    await createRun([process.execPath, '-e', parent], { any: 1 });
    await allowed('--once', '--memory-limit-mb', '500').exited;
    const run = await findRun();
    expect(run).toMatchObject({ state: 'FAILED', failureClass: 'out_of_memory' });
    expect(run?.failureMessage).toContain('--memory-limit-mb');
    expect(programsOf(run?.id ?? '')).toEqual([]);
  });

  it('whose mistake it says is not tried again', async () => {
    await createRun(node, { learning_rate: -1 });
    await allowed('--once').exited;
    const run = await findRun();
    expect(run).toMatchObject({
      state: 'FAILED',
      failureClass: 'user_error',
      attempts: [{ outcome: 'FAILED' }],
    });
    expect(run?.failureMessage).toContain('learning_rate is -1; expected more than 0');
  });
});
