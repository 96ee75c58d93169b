/** One story over three kinds of run: a text encoder, a GAN that embeds with it, a style encoder of that GAN. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunPage, untilRun } from './run.reader.ts';
import { type AgentProcess, type Stack, startStack, until } from './stack.ts';

let stack: Stack;
let agent: AgentProcess;
beforeAll(async () => {
  stack = await startStack();
  agent = stack.startAgent(['--backend', 'wasm']);
});
afterAll(() => stack.stop());
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(agent.output());
});

interface Created {
  readonly sweep?: { readonly id: string };
  readonly problems?: ReadonlyArray<{ path: string; message: string; expected: string }>;
}

const tiny = { preset: 'cpu-tiny', steps: 8, log_every: 1, checkpoint_every: 4 };

const create = async (name: string, trainer: string, parameters: object): Promise<Created> => {
  const given = Object.entries({ ...tiny, ...parameters }).map(([key, value]) => [key, { value }]);
  const source = { name, trainer, method: 'grid', parameters: Object.fromEntries(given) };
  const { createSweep } = await stack.ask<{ createSweep: Created }>(
    `mutation ($source: String!) { createSweep(input: { source: $source }) {
      ... on SweepCreated { sweep { id } }
      ... on SweepInvalid { problems { path message expected } }
    } }`,
    { source: JSON.stringify(source) },
  );
  return createSweep;
};

/** The run of a sweep of one, at its end. */
const finished = async (name: string, trainer: string, parameters: object): Promise<RunPage> => {
  const { sweep, problems } = await create(name, trainer, parameters);
  if (sweep === undefined) throw new Error(JSON.stringify(problems));
  const run = await untilRun(stack, sweep.id, `the end of ${name}`, ({ state }) =>
    ['FINISHED', 'FAILED'].includes(state),
  );
  expect([run.state, run.failureMessage]).toEqual(['FINISHED', null]);
  return run;
};

interface Lineage {
  readonly name: string;
  readonly metrics: ReadonlyArray<{ key: string }>;
  readonly latestSamples: ReadonlyArray<{ kind: string }>;
  readonly inputs: ReadonlyArray<{
    key: string;
    checkpoint: { id: string; step: number };
    run: { id: string };
  }>;
  readonly checkpoints: ReadonlyArray<{
    id: string;
    step: number;
    users: ReadonlyArray<{ key: string; run: { id: string } }>;
  }>;
}

const lineageOf = async ({ id }: RunPage): Promise<Lineage> => {
  const { run } = await stack.ask<{ run: Lineage }>(
    `query ($id: ID!) { run(id: $id) {
      name metrics { key } latestSamples { kind }
      inputs { key checkpoint { id step } run { id } }
      checkpoints { id step users { key run { id } } }
    } }`,
    { id },
  );
  return run;
};

const keysOf = ({ metrics }: Lineage): string[] => metrics.map(({ key }) => key);

describe('what one run has trained the next is given', () => {
  let encoder: RunPage;
  let gan: RunPage;
  let style: RunPage;

  it('a text encoder trains, and a GAN that names it embeds its captions with it', async () => {
    encoder = await finished('texts', 'text-encoder', { eval_every: 8 });
    const { name } = await lineageOf(encoder);
    gan = await finished('birds', 'gan-cls', {
      ...{ sample_every: 8, text_encoder: 'char-cnn-rnn', text_encoder_checkpoint: `texts/${name}@4` },
    });
    expect(keysOf(await lineageOf(encoder))).toEqual(
      expect.arrayContaining(['train/loss', 'eval/zero_shot_accuracy', 'images_per_second']),
    );
    const of = await lineageOf(gan);
    expect(of.inputs).toMatchObject([
      { key: 'text_encoder_checkpoint', checkpoint: { step: 4 }, run: { id: encoder.id } },
    ]);
    const used = (await lineageOf(encoder)).checkpoints.find(({ step }) => step === 4);
    expect(used?.users).toEqual([{ key: 'text_encoder_checkpoint', run: { id: gan.id } }]);
  });

  it('a style encoder learns from that GAN, and gets its text encoder with it', async () => {
    const { name } = await lineageOf(gan);
    style = await finished('styles', 'style-encoder', {
      ...{ generator_checkpoint: `birds/${name}`, sample_every: 8, eval_every: 8 },
    });
    const of = await lineageOf(style);
    expect(of.inputs).toMatchObject([
      { key: 'generator_checkpoint', checkpoint: { step: 8 }, run: { id: gan.id } },
      { key: 'text_encoder_checkpoint', checkpoint: { step: 4 }, run: { id: encoder.id } },
    ]);
    expect(keysOf(of)).toEqual(expect.arrayContaining(['train/loss', 'eval/noise_error']));
    expect(of.latestSamples.map(({ kind }) => kind)).toContain('STYLE_TRANSFER');
  });

  it('a person draws from the GAN with that encoder, and from no encoder', async () => {
    const ask = (runId: string) =>
      stack.ask<{ createRender: { render?: { id: string }; problems?: Array<{ message: string }> } }>(
        `mutation ($input: CreateRenderInput!) { createRender(input: $input) {
          ... on RenderCreated { render { id } }
          ... on RenderInvalid { problems { path message expected } }
        } }`,
        { input: { runId, kind: 'CAPTIONS', request: { captions: ['a red apple'], seeds: [1] } } },
      );
    const { createRender: refused } = await ask(encoder.id);
    expect(refused.problems?.[0]?.message).toMatch(/trainer text-encoder, which draws no pictures/);
    const { createRender: made } = await ask(gan.id);
    const render = await until('the picture', async () => {
      const found = await stack.ask<{ render: { state: string; failureMessage: string | null } }>(
        'query ($id: ID!) { render(id: $id) { state failureMessage } }',
        { id: made.render?.id },
      );
      return ['FINISHED', 'FAILED'].includes(found.render.state) ? found.render : undefined;
    });
    expect(render).toEqual({ state: 'FINISHED', failureMessage: null });
  });

  it('a reference to the wrong kind of run is refused with what was expected', async () => {
    const { name } = await lineageOf(gan);
    const { problems } = await create('more', 'gan-cls', {
      ...{ text_encoder: 'char-cnn-rnn', text_encoder_checkpoint: `birds/${name}` },
    });
    expect(problems).toEqual([
      {
        path: 'parameters.text_encoder_checkpoint.value',
        message: `birds/${name} is a run of trainer gan-cls`,
        expected: 'a run of trainer text-encoder',
      },
    ]);
  });
});
