import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../agent/stack.ts';
import { type HandRun, takeRun } from './agent-by-hand.ts';
import { plumage, type Said, type Surroundings } from './plumage.ts';

const definition = `name: widths
method: random # cheap
run_cap: 4
metric: {name: score, goal: maximize}
early_terminate: {type: median}
parameters:
  batch_size: {values: [8, 16, 32]}
  learning_rate: {distribution: log_uniform_values, min: 0.0001, max: 0.01}
  steps: {value: 100}
`;

let stack: Stack;
let folder: string;
let around: Surroundings;
let id: string;
const hands: HandRun[] = [];

const run = (line: string, more: Partial<Surroundings> = {}): Promise<Said> =>
  plumage(line, { ...around, ...more });

beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), 'plumage-cli-'));
  const env = { PLUMAGE_SERVER: stack.url, PLUMAGE_KEY: stack.keys.userKey };
  around = { configFolder: join(folder, 'config'), cwd: folder, env };
  await writeFile(join(folder, 'sweep.yaml'), definition);
  const created = await run('sweep create sweep.yaml --json');
  id = created.json<{ sweep: { id: string } }>().sweep.id;
});

afterAll(async () => {
  for (const hand of hands) hand.letGo();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a definition', () => {
  it('has a JSON Schema for editors, the one in the docs', async () => {
    const committed = await readFile(new URL('../../docs/sweep.schema.json', import.meta.url), 'utf8');
    expect((await run('sweep schema')).out).toBe(committed);
  });

  it('is planned before it starts', async () => {
    const planned = await run('sweep plan sweep.yaml --slots 2');
    expect(planned).toMatchObject({ code: 0, err: '' });
    expect(planned.out).toMatch(/runs +4 \(by run_cap\)/);
    expect(planned.out).toMatch(/steps a run +100\n/);
    expect((await run('sweep plan sweep.yaml --json')).json()).toMatchObject({ runs: 4, mostSteps: 100 });
    const wrong = await run('sweep plan -', { stdin: definition.replace('run_cap', 'runcap') });
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toMatch(/^stdin:3: error: runcap: unknown key runcap; did you mean run_cap\?/);
  });
});

describe('a sweep that goes on', () => {
  it('is changed key by key; comments stay, and each version is told', async () => {
    const edited = await run('sweep edit widths --set run_cap=6 --set parameters.learning_rate.max=0.005');
    expect(edited).toMatchObject({ code: 0, err: '' });
    expect(edited.out).toMatch(/^widths is at version 2, running\.\n {2}\S/);
    const source = (await run('sweep show widths --source')).out;
    expect(source).toContain('method: random # cheap');
    expect(source).toContain('max: 0.005');
    const ruled = await run('sweep edit widths --unset early_terminate --note slow --json');
    expect(ruled.json()).toMatchObject({ updated: true, sweep: { version: 3 } });
    const told = (await run('sweep versions widths')).out;
    expect(told).toMatch(/version 1 .*\n(.*\n)*version 2 .*\n(.*\n)*version 3 .*\n(.*\n)*.*slow/);
    expect((await run('sweep versions widths --source 1')).out).toBe(definition);
    expect((await run('sweep versions widths --source 9')).err).toContain(
      'has no version 9; its newest is 3',
    );
  });

  it('is changed by a whole file, unless somebody was there before', async () => {
    await writeFile(join(folder, 'next.yaml'), definition.replace('run_cap: 4', 'run_cap: 8'));
    const late = await run('sweep edit widths --file next.yaml --base 1');
    expect(late).toMatchObject({ code: 1, out: '' });
    expect(late.err).toContain('widths has changed since version 1; it is at version 3.');
    expect((await run('sweep edit widths --file next.yaml')).out).toMatch(/^widths is at version 4/);
    expect((await run('sweep edit widths --file next.yaml')).out).toBe(
      'widths is as it was: nothing differs.\n',
    );
  });

  it('refuses a change that would be wrong, with path and remedy, and one that says nothing', async () => {
    const wrong = await run('sweep edit widths --set run_cap=0 --set exclude=[{"batch_size":9}]');
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toMatch(/widths: error: run_cap: cannot be 0; expected at least 1/);
    expect(wrong.err).toMatch(/exclude\[0\].batch_size: batch_size never is 9; expected some of \[8,16,32\]/);
    expect(wrong.err).toContain('Nothing was changed.');
    expect(await run('sweep edit widths')).toMatchObject({ code: 2 });
    const both = await run('sweep edit widths --set run_cap=9 --file next.yaml');
    expect(both).toMatchObject({ code: 2 });
    expect((await run('sweep edit widths --set run_cap')).err).toContain('expected KEY=VALUE');
    expect((await run('sweep edit widths --set run_cap=[')).err).toContain('a value in YAML');
  });

  it('takes runs by hand, one or many; values outside of its space are refused', async () => {
    const one = await run('sweep enqueue widths --set batch_size=8 --set learning_rate=1e-3');
    expect(one).toMatchObject({ code: 0, err: '' });
    expect(one.out).toMatch(/^Queued [a-z]+-\d{4}\.\n$/);
    const stdin = '- {batch_size: 16, learning_rate: 0.002}\n- {batch_size: 32, learning_rate: 0.002}\n';
    const many = (await run('sweep enqueue widths --file - --json', { stdin })).json<{ runs: object[] }>();
    expect(many).toMatchObject({ enqueued: true });
    expect(many.runs).toHaveLength(2);
    const wrong = await run('sweep enqueue widths --set batch_size=9 --set learning_rate=1e-3');
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.err).toContain('Nothing was queued.');
    expect((await run('sweep enqueue widths --file -', { stdin: 'lr: 1' })).err).toContain(
      'is no list of runs',
    );
    expect((await run('runs list --sweep widths --state queued --json')).json()).toHaveLength(3);
  });

  it('runs again what has failed, and says when nothing has', async () => {
    expect((await run('sweep rerun widths')).out).toBe('No run of widths has failed.\n');
    expect((await run('sweep rerun widths --class lost_agent --json')).json()).toMatchObject({ count: 0 });
    const unknown = await run('sweep rerun widths --class lost_agnet');
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.err).toContain('Did you mean lost_agent?');
  });

  it('is replayed under another rule, from its recorded curves', async () => {
    for (const [name, height] of [
      ['one', 3],
      ['two', 2],
      ['three', 1],
    ] as const) {
      const hand = await takeRun(stack.url, stack.keys.agentKey, name, id);
      hands.push(hand);
      await hand.reportCurve(
        'score',
        Array.from({ length: 20 }, (_, step) => height * step),
      );
    }
    const replayed = await run(
      'sweep replay widths --rule asha --set max_t=20 --set reduction_factor=2 --json',
    );
    expect(replayed).toMatchObject({ code: 0, err: '' });
    expect(replayed.json()).toMatchObject({ runNumbers: [1, 2, 3], totalSteps: 60 });
    const shown = await run('sweep replay widths --rule asha --set max_t=20 --set reduction_factor=2');
    expect(shown.out).toMatch(/would have stopped 3 of 3 runs and saved 36 of 60 steps/);
    expect(shown.out).toMatch(/\n +3 +2 of 20 +Stopped at step 2: its value, 1, is worse than/);
    const unknown = await run('sweep replay widths --rule ahsa');
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.err).toMatch(/type: cannot be "ahsa"; did you mean asha\?/);
  });
});
