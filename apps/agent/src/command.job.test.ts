/** A program under the child's care, with a real spool and real processes. */
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from './command.job.ts';
import { endProcessesOf, processesOf } from './command.process.ts';
import type { CommandSpec } from './command.spec.ts';
import { createSpoolReporter } from './spool.reporter.ts';
import type { SpoolRecord } from './spool/spool.record.ts';
import { openSpoolReader } from './spool/spool.reader.ts';
import { openSpoolWriter } from './spool/spool.writer.ts';

let folder: string;
let said: string[];
let runs = 0;
let identity: { runId: string; epoch: number };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-command-'));
  mkdirSync(join(folder, 'checkpoint'));
  runs += 1;
  identity = { runId: `test-${process.pid}-${runs}`, epoch: 1 };
  said = [];
  const note = (text: unknown) => void said.push(String(text));
  vi.spyOn(console, 'log').mockImplementation(note);
  vi.spyOn(console, 'error').mockImplementation(note);
});
afterEach(() => {
  vi.restoreAllMocks();
  endProcessesOf(identity);
  rmSync(folder, { recursive: true });
});

/** Runs a Node program to its end. @returns its last word and what it left in the spool */
const run = async (
  program: string,
  more: Partial<CommandSpec> & {
    config?: object;
    leaving?: AbortSignal;
    env?: NodeJS.ProcessEnv;
    told?: unknown[];
  } = {},
) => {
  const file = join(folder, 'program.mjs');
  writeFileSync(
    file,
    `import fs from 'node:fs';\nconst say = (line) => fs.writeSync(3, line + '\\n');\n${program}`,
  );
  const { config = {}, leaving = new AbortController().signal, env = process.env, told = [], ...spec } = more;
  const spool = openSpoolWriter(join(folder, 'spool'));
  const tell = (message: unknown) => void told.push(message);
  const ended = await runCommand(
    {
      runName: 'brave-wren',
      config,
      keep: join(folder, 'keep'),
      spec: {
        command: [process.execPath, file, '${args}'],
        directory: folder,
        server: 'http://localhost:1',
        ...identity,
        token: 'plu_run_x',
        configFile: join(folder, 'config.json'),
        checkpointFolder: join(folder, 'checkpoint'),
        resumeStep: null,
        inherits: false,
        untilStep: null,
        graceMs: 60_000,
        ...spec,
      },
    },
    { spool, reporter: createSpoolReporter({ spool, tell, now: Date.now }), tell, leaving, env },
  );
  spool.close();
  return { ended, told, records: recordsOf(join(folder, 'spool')) };
};

const recordsOf = (path: string): SpoolRecord[] => {
  const reader = openSpoolReader(path);
  const records: SpoolRecord[] = [];
  for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
    records.push(entry.record);
    reader.acknowledge(entry);
  }
  return records;
};

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a program as a training run', { timeout: 90_000 }, () => {
  it('leaves points, pictures and checkpoints in the spool, in order, and ends with its exit code', async () => {
    writeFileSync(join(folder, 'a.png'), pixel);
    const { ended, told, records } = await run(`
      say('{"total_steps": 3}');
      say('{"step": 1, "metrics": {"loss": 0.5, "odd": NaN}}');
      say('{"step": 2, "metrics": {"loss": "Infinity"}, "image": "a.png", "prompt": "a wren", "seed": 7}');
      fs.writeFileSync(process.env.PLUMAGE_CHECKPOINT_DIR + '/weights.bin', 'w');
      fs.writeFileSync('other.json', '{}');
      say(JSON.stringify({ step: 3, checkpoint: { files: [process.env.PLUMAGE_CHECKPOINT_DIR + '/weights.bin', 'other.json'] } }));
      say('{"message": "a word"}');
      console.log('printed');
    `);
    expect(ended).toMatchObject({ outcome: 'finished', step: 3 });
    expect(told).toContainEqual({ type: 'total', steps: 3 });
    expect(said).toEqual(expect.arrayContaining(['a word', 'printed']));
    expect(records.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1])).toEqual([
      'metrics',
      'samples',
      'checkpoint',
    ]);
    const columns = records.flatMap((record) => (record.type === 'metrics' ? record.columns : []));
    expect(columns.filter(({ key }) => key === 'loss').flatMap(({ values }) => values)).toEqual([
      0.5,
      'Infinity',
    ]);
    expect(columns.find(({ key }) => key === 'odd')?.values).toEqual(['NaN']);
    expect(records.find(({ type }) => type === 'samples')).toMatchObject({
      samples: [
        { step: 2, prompt: 'a wren', promptIndex: 0, seed: 7, width: 1, height: 1, size: pixel.length },
      ],
    });
    expect(records.find(({ type }) => type === 'checkpoint')).toMatchObject({
      step: 3,
      files: [
        { name: 'weights.bin', size: 1 },
        { name: 'other.json', size: 2 },
      ],
    });
  });

  it('knows its run, its configuration and where it may go on', async () => {
    await run(`fs.writeFileSync('seen.json', JSON.stringify([process.argv.slice(2), process.env]));`, {
      config: { lr: 0.1, name: '; touch x', on: true },
      resumeStep: 40,
      env: { ...process.env, PLUMAGE_AGENT_KEY_FILE: 'k' },
    });
    const [args, env] = JSON.parse(readFileSync(join(folder, 'seen.json'), 'utf8'));
    expect(args).toEqual(['--lr=0.1', '--name=; touch x', '--on=True']);
    expect(env).toMatchObject({
      PLUMAGE_RUN_ID: identity.runId,
      PLUMAGE_RUN_NAME: 'brave-wren',
      PLUMAGE_EPOCH: '1',
      PLUMAGE_RUN_TOKEN: 'plu_run_x',
      PLUMAGE_SERVER: 'http://localhost:1',
      PLUMAGE_RESUME_STEP: '40',
      PLUMAGE_PIPE: '3',
    });
    expect(JSON.parse(readFileSync(env.PLUMAGE_CONFIG, 'utf8'))).toEqual({
      lr: 0.1,
      name: '; touch x',
      on: true,
    });
    expect(Object.keys(env).filter((name) => name.startsWith('PLUMAGE_AGENT_KEY'))).toEqual([]);
  });

  it('of a population knows where its interval ends, and that what it starts from is another run’s', async () => {
    const look = `fs.writeFileSync('seen.json', JSON.stringify(process.env));`;
    const seen = () => JSON.parse(readFileSync(join(folder, 'seen.json'), 'utf8'));
    await run(look, { resumeStep: 40, inherits: true, untilStep: 60 });
    expect(seen()).toMatchObject({
      ...{ PLUMAGE_RESUME_STEP: '40', PLUMAGE_INHERITS: '1', PLUMAGE_UNTIL_STEP: '60' },
    });
    await run(look, { resumeStep: 40 });
    expect(seen()).not.toHaveProperty('PLUMAGE_INHERITS');
    expect(seen()).not.toHaveProperty('PLUMAGE_UNTIL_STEP');
  });

  it('goes on after lines that are wrong, and says each with its number', async () => {
    const { ended, records } = await run(`
      say('no json');
      say('{"step": 1, "metrics": {"loss": "high"}}');
      say('{"step": 2, "image": "missing.png"}');
      say('{"step": 2, "image": "program.mjs"}');
      say('{"step": 2, "checkpoint": {"files": ["missing.bin"]}}');
      say('{"step": 2, "metrics": {"' + 'x'.repeat(2 ** 20) + '": 1}}');
      say('{"step": 3, "metrics": {"loss": 1}}');
    `);
    expect(ended.outcome).toBe('finished');
    expect(records).toHaveLength(1);
    expect(said).toEqual([
      expect.stringMatching(/^line 1 of the pipe: "no json" is no JSON object; expected/),
      'line 2 of the pipe: metrics.loss is "high"; expected a number, "NaN", "Infinity" or "-Infinity"',
      expect.stringMatching(/^line 3 of the pipe: image missing.png cannot be read: ENOENT/),
      'line 4 of the pipe: image program.mjs is neither a PNG nor a JPEG',
      expect.stringMatching(/^line 5 of the pipe: checkpoint file .*missing.bin cannot be read: ENOENT/),
      'line 6 of the pipe: it is too long; expected at most 1 MiB',
    ]);
  });

  it('that has more metrics than fit into one batch loses none', async () => {
    const { records } = await run(`
      for (const part of ['a', 'b', 'c']) {
        const metrics = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [part + i, i]));
        say(JSON.stringify({ step: 1, metrics }));
      }
    `);
    const batches = records.flatMap((record) => (record.type === 'metrics' ? [record.columns] : []));
    for (const columns of batches) expect(columns.length).toBeLessThanOrEqual(256);
    expect(new Set(batches.flat().map(({ key }) => key)).size).toBe(600);
  });

  it('is counted with its workers', async () => {
    const leaving = new AbortController();
    const told: unknown[] = [];
    const done = run(
      `
      const { spawn } = await import('node:child_process');
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      setInterval(() => {}, 1000);
    `,
      { leaving: leaving.signal, told },
    );
    const usages = () => told.filter((message) => Object(message).type === 'usage') as { rssMb: number }[];
    // Two Node processes of some 40 MB each; one alone takes less than 60.
    const most = () => Math.max(...usages().map(({ rssMb }) => rssMb));
    await vi.waitFor(() => expect(most()).toBeGreaterThan(60), { timeout: 60_000, interval: 200 });
    leaving.abort();
    await done;
  });

  it('that never stops writing nonsense is not repeated for ever', async () => {
    await run(`for (let i = 0; i < 500; i += 1) say('?');`);
    expect(said).toHaveLength(102);
    expect(said.at(-1)).toBe('500 lines of the pipe were not understood or not taken');
  });

  it('is a failure of the kind that its exit, its own word or its absence says', async () => {
    const failure = async (program: string, more = {}) => (await run(program, more)).ended;
    expect(await failure(`console.error('no lr'); process.exit(64)`)).toMatchObject({
      failureClass: 'user_error',
      message: expect.stringContaining('no lr'),
    });
    expect(await failure('process.exit(3)')).toMatchObject({
      failureClass: 'crashed',
      message: expect.stringContaining('code 3'),
    });
    expect(await failure(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)`)).toMatchObject({
      failureClass: 'crashed',
      message: expect.stringContaining('SIGKILL'),
    });
    expect(await failure(`say('{"error": "loss is NaN", "class": "diverged"}')`)).toMatchObject({
      outcome: 'failed',
      failureClass: 'diverged',
      message: 'loss is NaN',
    });
    expect(await failure(`console.error('JavaScript heap out of memory'); process.exit(1)`)).toMatchObject({
      failureClass: 'out_of_memory',
    });
    expect(await failure('', { command: ['/nowhere/at-all'] })).toMatchObject({
      failureClass: 'user_error',
      message: expect.stringMatching(/^The program \/nowhere\/at-all cannot be started in .*ENOENT/),
    });
    expect(await failure('', { command: ['${envvar:PLUMAGE_NEVER_SET}'] })).toMatchObject({
      failureClass: 'user_error',
      message: expect.stringContaining('PLUMAGE_NEVER_SET'),
    });
  });

  it('that is asked to end may save first', async () => {
    const leaving = new AbortController();
    const ready = join(folder, 'ready');
    const done = run(
      `
      process.on('SIGTERM', () => {
        fs.writeFileSync('last.bin', 'x');
        say('{"step": 9, "checkpoint": {"files": ["last.bin"]}}');
        process.exit(0);
      });
      setInterval(() => {}, 1000);
      fs.writeFileSync('ready', '');
    `,
      { leaving: leaving.signal },
    );
    await vi.waitFor(() => readFileSync(ready), { timeout: 60_000 });
    leaving.abort();
    const { ended, records } = await done;
    expect(ended).toMatchObject({ outcome: 'stopped', step: 9 });
    expect(records).toMatchObject([{ type: 'checkpoint', step: 9 }]);
  });

  it('that does not end when asked is ended', async () => {
    const leaving = new AbortController();
    const done = run(
      `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); fs.writeFileSync('ready', '');`,
      {
        leaving: leaving.signal,
        graceMs: 100,
      },
    );
    await vi.waitFor(() => readFileSync(join(folder, 'ready')), { timeout: 60_000 });
    leaving.abort();
    expect((await done).ended).toMatchObject({ outcome: 'stopped' });
  });

  it('leaves no process behind, not even one that has left its group', async () => {
    const worker = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).unref()`;
    const { ended } = await run(`
      const { spawn } = await import('node:child_process');
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      spawn(process.execPath, ['-e', ${JSON.stringify(worker)}], { stdio: 'inherit' }).on('exit', () => process.exit(0));
    `);
    expect(ended.outcome).toBe('finished');
    await vi.waitFor(() => expect(processesOf(identity)).toEqual([]), { timeout: 60_000 });
  });
});
