/** A sweep of each trainer by `plumage`: nothing about them is known to the command line, and all of them work. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../agent/stack.ts';
import { type HandRun, takeRun } from './agent-by-hand.ts';
import { plumage, type Said } from './plumage.ts';

const files = {
  'texts.yaml': `name: texts
trainer: text-encoder
method: grid
parameters:
  conv1_width: {values: [8, 16]}
`,
  'birds.yaml': `name: birds
trainer: gan-cls
method: grid
parameters:
  text_encoder_checkpoint: {value: texts/kittiwake-0001}
`,
  'styles.yaml': `name: styles
trainer: style-encoder
method: grid
parameters:
  generator_checkpoint: {value: texts/kittiwake-0001}
`,
  'nameless.yaml': `trainer: style-encoder
method: grid
parameters:
  width: {values: [8, 16]}
`,
};

let stack: Stack;
let folder: string;
let hand: HandRun;

const run = (line: string): Promise<Said> =>
  plumage(line, {
    configFolder: join(folder, 'config'),
    cwd: folder,
    env: { PLUMAGE_SERVER: stack.url, PLUMAGE_KEY: stack.keys.userKey },
  });

beforeAll(async () => {
  stack = await startStack();
  folder = await mkdtemp(join(tmpdir(), 'plumage-cli-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
});
afterAll(async () => {
  hand?.letGo();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('plumage sweep', () => {
  it('validates a file of each trainer without a server, and says what one must be told', async () => {
    for (const file of ['texts.yaml', 'birds.yaml', 'styles.yaml'])
      expect(await run(`sweep validate ${file}`), file).toMatchObject({ code: 0 });
    const said = await run('sweep validate nameless.yaml');
    expect(said.code).toBe(1);
    expect(said.out).toMatch(
      /^nameless\.yaml:\d: error: parameters: is missing generator_checkpoint, which trainer style-encoder needs/,
    );
  });

  it('creates one, refuses what names a run that is not there, and takes it once there is one', async () => {
    expect((await run('sweep create birds.yaml')).err).toMatch(
      /parameters\.text_encoder_checkpoint\.value: there is no sweep "texts"/,
    );
    const made = await run('sweep create texts.yaml --json');
    const { id } = made.json<{ sweep: { id: string } }>().sweep;
    hand = await takeRun(stack.url, stack.keys.agentKey, 'hand', id);
    expect(await run('sweep create birds.yaml')).toMatchObject({ code: 0 });
    const foreign = await run('sweep create styles.yaml');
    expect(foreign.code).toBe(1);
    expect(foreign.err).toMatch(
      /parameters\.generator_checkpoint\.value: texts\/kittiwake-0001 is a run of trainer text-encoder; expected a run of trainer gan-cls/,
    );
  });
});
