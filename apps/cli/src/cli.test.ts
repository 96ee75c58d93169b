import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './cli.ts';
import { type Recording, recordedWorld } from './testing/recorded.world.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumage-cli-'));
  await writeFile(
    join(folder, 'good.yaml'),
    'method: grid\nparameters:\n  batch_size:\n    values: [16, 32]\n',
  );
  await writeFile(
    join(folder, 'bad.yaml'),
    'method: grid\nparameters:\n  batchsize:\n    values: [16]\nrun_cap: many\n',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (line: string, recording: Recording = {}) => {
  const recorded = recordedWorld({ cwd: folder, env: { XDG_CONFIG_HOME: folder }, ...recording });
  const code = await runCli(line.split(' '), recorded.world);
  return { code, out: recorded.out(), err: recorded.err() };
};

describe('what the command line answers without a server', () => {
  it('validates a definition offline, from a file and from stdin', async () => {
    expect(await run('sweep validate good.yaml')).toEqual({
      code: 0,
      out: 'good.yaml is valid: grid over 1 parameter.\n',
      err: '',
    });
    const piped = await run('sweep validate - --json', {
      stdin: '{"method": "grid", "parameters": {"batch_size": {"value": 8}}}',
    });
    expect(JSON.parse(piped.out)).toEqual({ valid: true, problems: [], warnings: [] });
  });

  it('says every problem with file, line, path and what was expected, and exits with 1', async () => {
    const { code, out } = await run('sweep validate bad.yaml');
    expect(code).toBe(1);
    expect(out).toContain('error: parameters.batchsize: ');
    expect(out).toContain('; did you mean batch_size?');
    expect(out).toContain('bad.yaml:5: error: run_cap: cannot be "many"; expected a number');
  });

  it('a wrong call says what was meant, on stderr, and exits with 2', async () => {
    const { code, out, err } = await run('sweep lst');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(
      'plumage: There is no command "sweep lst". Did you mean `plumage sweep list`?\n`plumage sweep --help` lists what there is.\n',
    );
  });

  it('no key, no file, no checkout: a sentence and exit code 1', async () => {
    const noKey = await run('sweep list');
    expect(noKey.code).toBe(1);
    expect(noKey.err).toContain('There is no key for http://127.0.0.1:4600.');
    const noFile = await run('sweep validate nope.yaml');
    expect(noFile).toMatchObject({
      code: 1,
      err: 'plumage: nope.yaml cannot be read: there is no such file.\n',
    });
    const noCheckout = await run('up');
    expect(noCheckout.code).toBe(1);
    expect(noCheckout.err).toContain('need a checkout of Plumage');
  });

  it('under --json an error is JSON with its code, on stderr', async () => {
    const { code, out, err } = await run('sweep list --json');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'NO_KEY' } });
  });

  it('a colour is shown to a terminal only', async () => {
    const bad = 'sweep validate bad.yaml';
    expect((await run(bad)).out).not.toContain('\u001b');
    expect((await run(bad, { columns: 80 })).out).toContain('\u001b[31merror');
    const env = { XDG_CONFIG_HOME: folder, NO_COLOR: '1' };
    expect((await run(bad, { columns: 80, env })).out).not.toContain('\u001b');
  });
});
