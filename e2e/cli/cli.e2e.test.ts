import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../agent/stack.ts';
import { type HandRun, takeRun } from './agent-by-hand.ts';
import { plumage, type Said, type Surroundings } from './plumage.ts';

const definition = `name: birds
method: grid
metric: {name: score, goal: maximize}
parameters:
  batch_size: {values: [8, 16]}
`;

let stack: Stack;
let folder: string;
let around: Surroundings;
let hand: HandRun;

const run = (line: string, more: Partial<Surroundings> = {}): Promise<Said> =>
  plumage(line, { ...around, ...more });
const keyed = (env: Record<string, string>) => ({ env: { PLUMAGE_SERVER: stack.url, ...env } });

beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), 'plumage-cli-'));
  around = { configFolder: join(folder, 'config'), cwd: folder };
  await writeFile(join(folder, 'sweep.yaml'), definition);
  await writeFile(join(folder, 'bad.yaml'), definition.replace('batch_size', 'batchsize'));
});

afterAll(async () => {
  hand?.letGo();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a key', () => {
  it('that is wrong is refused with its code, and nothing is kept', async () => {
    const wrong = `plu_user_${'x'.repeat(43)}`;
    const said = await run(`sign-in --server ${stack.url} --key -`, { stdin: wrong });
    expect(said).toMatchObject({ code: 1, out: '' });
    expect(said.err).toContain('UNAUTHENTICATED');
    expect(said.err).not.toContain(wrong);
    expect((await run('sweep list')).err).toContain('There is no key for http://127.0.0.1:4600.');
  });

  it('is tried, kept for its owner alone, and used from then on', async () => {
    const said = await run(`sign-in --server ${stack.url} --key -`, { stdin: `${stack.keys.userKey}\n` });
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toContain(`Signed in to ${stack.url} as admin (admin).`);
    const file = join(folder, 'config', 'plumage', 'key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await run('sweep list')).toMatchObject({
      code: 0,
      out: 'No sweeps yet. Create one: plumage sweep create FILE\n',
    });
  });

  it('of an agent is no key for people, and one of a viewer may not create', async () => {
    const agent = await run('sweep list', keyed({ PLUMAGE_KEY: stack.keys.agentKey }));
    expect(agent.code).toBe(2);
    expect(agent.err).toContain("PLUMAGE_KEY is an agent's key");
    const viewer = await run('keys create --kind user --name reader --role viewer');
    const refused = await run('sweep create sweep.yaml', keyed({ PLUMAGE_KEY: viewer.out.trim() }));
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('FORBIDDEN');
  });

  it('is made, listed without its secret, and ends when it is revoked', async () => {
    const made = (await run('keys create --kind user --name nightly --role editor --json')).json<{
      secret: string;
      key: { id: string };
    }>();
    const listed = await run('keys list');
    expect(listed.out).toMatch(/nightly +user +editor/);
    expect(listed.out).not.toContain(made.secret);
    expect((await run('sweep list', keyed({ PLUMAGE_KEY: made.secret }))).code).toBe(0);
    expect(await run(`keys revoke ${made.key.id}`)).toMatchObject({ code: 0 });
    const after = await run('sweep list', keyed({ PLUMAGE_KEY: made.secret }));
    expect(after.code).toBe(1);
    expect(after.err).toContain('UNAUTHENTICATED');
  });
});

describe('a sweep', () => {
  let id: string;

  it('that is invalid is refused with file, line and remedy; nothing is created', async () => {
    const said = await run('sweep create bad.yaml');
    expect(said).toMatchObject({ code: 1, out: '' });
    expect(said.err).toMatch(/^bad\.yaml:5: error: parameters\.batchsize: .*did you mean batch_size\?/);
    expect((await run('sweep list --json')).json()).toEqual([]);
  });

  it('is created from YAML, listed, shown by name, and given back as it was written', async () => {
    const created = (await run('sweep create sweep.yaml --json')).json<{
      created: boolean;
      sweep: { id: string };
    }>();
    id = created.sweep.id;
    expect(created.created).toBe(true);
    expect((await run('sweep list')).out).toMatch(new RegExp(`birds +running +grid .*${id}`));
    expect((await run('sweep show birds')).out).toMatch(/objective +maximize score/);
    expect((await run('sweep show birds --source')).out).toBe(definition);
    expect((await run(`sweep show ${id} --json`)).json()).toMatchObject({ name: 'birds', state: 'RUNNING' });
  });

  it('is paused, resumed and cancelled; what its state forbids is refused', async () => {
    expect((await run('sweep pause birds')).out).toBe('birds is paused.\n');
    expect((await run('sweep resume birds')).out).toBe('birds is running.\n');
    expect((await run('sweep cancel birds')).out).toBe('birds is cancelled.\n');
    const late = await run('sweep resume birds --json');
    expect(late.code).toBe(1);
    expect(JSON.parse(late.err)).toMatchObject({ error: { code: 'CONFLICT' } });
  });

  it('by a name that two have asks for an id, and by one that none has suggests', async () => {
    await run('sweep create -', { stdin: definition });
    const two = await run('sweep show birds');
    expect(two.code).toBe(1);
    expect(two.err).toContain('2 sweeps are called "birds".');
    expect(two.err).toContain(id);
    expect((await run('sweep show brids')).err).toContain('Did you mean "birds"?');
  });
});

describe('a run', () => {
  let name: string;

  beforeAll(async () => {
    const source = definition.replace('birds', 'trained');
    const { sweep } = (await run('sweep create - --json', { stdin: source })).json<{
      sweep: { id: string };
    }>();
    hand = await takeRun(stack.url, stack.keys.agentKey, 'gpu-box', sweep.id);
    name = `trained/${hand.runName}`;
    await hand.reportCurve('score', [0.5, -0.25, 0.75]);
    await hand.reportLog('loading \u001b[2Jpictures');
    await hand.reportPictures(100, ['a red bird', 'a blue whale']);
    await hand.reportPictures(200, ['a red bird', 'a blue whale']);
  });

  it('is listed by state and sweep, and shown by its sweep and name', async () => {
    const listed = (await run('runs list --sweep trained --state running --json')).json<{ id: string }[]>();
    expect(listed.map((one) => one.id)).toEqual([hand.runId]);
    expect((await run('runs list --sweep trained --state failed')).out).toBe('No such runs.\n');
    const shown = await run(`runs show ${name}`);
    expect(shown.out).toMatch(/agent +gpu-box:0 \(by hand\)/);
    expect(shown.out).toMatch(/score +0\.75 +-0\.25 +0\.75 +3/);
  });

  it('that is best comes first when runs are sorted by the objective, also where less is better', async () => {
    const source = definition.replace('birds', 'losses').replace('maximize', 'minimize');
    const { sweep } = (await run('sweep create - --json', { stdin: source })).json<{
      sweep: { id: string };
    }>();
    for (const [agent, score] of [
      ['one', 2],
      ['two', 1],
    ] as const) {
      const taken = await takeRun(stack.url, stack.keys.agentKey, agent, sweep.id);
      await taken.reportCurve('score', [score]);
      taken.letGo();
    }
    const listed = (await run('runs list --sweep losses --order objective --json')).json<
      { objective: number }[]
    >();
    expect(listed.map(({ objective }) => objective)).toEqual([1, 2]);
  });

  it('gives its curve as CSV, and names its metrics when there is no such one', async () => {
    const csv = await run(`runs metrics ${name} --metric score --csv`);
    expect(csv).toMatchObject({ code: 0, err: '' });
    expect(csv.out.split('\n').slice(0, 3)).toEqual([
      'key,step,last,min,max',
      'score,1,0.5,0.5,0.5',
      'score,2,-0.25,-0.25,-0.25',
    ]);
    const wrong = await run(`runs metrics ${name} --metric scroe`);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('Did you mean score?');
  });

  it('gives its log, without what would steer the terminal', async () => {
    const { out } = await run(`runs logs ${name}`);
    expect(out).toContain('loading \uFFFD[2Jpictures');
    expect(out).not.toContain('\u001b');
  });

  it('searches its log, in capitals or not, and one attempt or stream of it', async () => {
    const found = await run(`runs logs ${name} --search LOADING --stream stdout --attempt 1 --json`);
    expect(found.json()).toMatchObject({
      epoch: 1,
      stream: 'stdout',
      text: expect.stringContaining('pictures'),
    });
    for (const flag of ['--search nowhere', '--stream stderr', '--attempt 2']) {
      expect(await run(`runs logs ${name} ${flag}`)).toMatchObject({ code: 0, out: '' });
    }
    expect((await run(`runs logs ${name} --stream elsewhere`)).err).toContain('one of stdout, stderr, agent');
  });

  it('gives its pictures once: an export that was cut short goes on, a damaged file is fetched again', async () => {
    const line = 'samples export --sweep trained --out pictures --json';
    expect((await run(line)).json()).toMatchObject({ pictures: 4, fetched: 4, kept: 0 });
    const pictures = join(folder, 'pictures', hand.runName);
    const files = (await readdir(pictures)).sort();
    expect(files).toEqual([
      'step-000100-prompt-00-seed-7.png',
      'step-000100-prompt-01-seed-7.png',
      'step-000200-prompt-00-seed-7.png',
      'step-000200-prompt-01-seed-7.png',
    ]);
    await rm(join(pictures, files[0] ?? ''));
    await writeFile(join(pictures, files[1] ?? ''), 'damaged');
    expect((await run(line)).json()).toMatchObject({ pictures: 4, fetched: 2, kept: 2 });
    const index = (await readFile(join(folder, 'pictures', 'index.jsonl'), 'utf8')).trim().split('\n');
    expect(index).toHaveLength(4);
    for (const entry of index.map((one) => JSON.parse(one))) {
      const bytes = await readFile(join(folder, 'pictures', entry.file));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.sha256);
      expect(entry).toMatchObject({ seed: 7, run: hand.runName, sweep: 'trained' });
    }
    expect(JSON.parse(index[1] ?? '')).toMatchObject({ step: 100, caption: 'a blue whale', promptIndex: 1 });
  });

  it('gives the pictures of one step, or of the last', async () => {
    const latest = await run(`samples export --run ${name} --step latest --out latest --json`);
    expect(latest.json()).toMatchObject({ pictures: 2 });
    expect(
      (await readdir(join(folder, 'latest', hand.runName))).every((file) => file.includes('000200')),
    ).toBe(true);
    const first = await run(`samples export --run ${name} --step 100 --out first`);
    expect(first.out).toBe('2 pictures in first; first/index.jsonl says what they show.\n');
  });

  it('of another sweep never takes the place of pictures that are there', async () => {
    await mkdir(join(folder, 'other'));
    const entry = { file: `${hand.runName}/x.png`, runId: 'another', sweep: 'another' };
    await writeFile(join(folder, 'other', 'index.jsonl'), `${JSON.stringify(entry)}\n`);
    const said = await run(`samples export --run ${name} --out other`);
    expect(said.code).toBe(1);
    expect(said.err).toContain('Choose another --out.');
  });

  it('is cancelled while an agent holds it', async () => {
    const said = await run(`runs cancel ${name} --reason no-longer-needed`);
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toContain(`${name} is running until its agent has obeyed`);
  });
});

describe('an agent', () => {
  it('is listed by slot, drained and resumed by name; a slot that it has not is refused', async () => {
    expect((await run('agents list')).out).toMatch(/gpu-box +0 +training +by hand +cpu +trained\//);
    expect((await run('agents drain gpu-box')).out).toBe(
      'gpu-box ends what it trains and takes nothing new.\n',
    );
    expect((await run('agents list')).out).toMatch(/gpu-box +0 +draining/);
    expect((await run('agents resume gpu-box --slot 0')).code).toBe(0);
    const none = await run('agents pause gpu-box --slot 3');
    expect(none.code).toBe(1);
    expect(none.err).toContain('gpu-box has no slot 3; its slots: 0.');
  });
});

describe('the sources', () => {
  it('run as they stand, from a checkout that was not built', async () => {
    const said = await plumage('sweep list --json', around, 'plumage.mjs');
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.json()).toHaveLength(4);
  });
});

describe('a server that is not there', () => {
  it('is named, with what to try', async () => {
    const said = await run('sweep list', {
      env: { PLUMAGE_SERVER: 'http://127.0.0.1:9', PLUMAGE_KEY: stack.keys.userKey },
    });
    expect(said).toMatchObject({ code: 1, out: '' });
    expect(said.err).toContain('http://127.0.0.1:9 cannot be reached after 3 tries');
    expect(said.err).toContain('plumage up');
  });
});
