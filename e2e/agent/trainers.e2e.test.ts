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
  readonly latestSamples: ReadonlyArray<{ kind: string; url: string }>;
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
      name metrics { key } latestSamples { kind url }
      inputs { key checkpoint { id step } run { id } }
      checkpoints { id step users { key run { id } } }
    } }`,
    { id },
  );
  return run;
};

interface Asked {
  readonly render?: { readonly id: string };
  readonly problems?: ReadonlyArray<{ path: string; message: string; expected: string }>;
}

const askRender = async (input: object): Promise<Asked> => {
  const { createRender } = await stack.ask<{ createRender: Asked }>(
    `mutation ($input: CreateRenderInput!) { createRender(input: $input) {
      ... on RenderCreated { render { id } }
      ... on RenderInvalid { problems { path message expected } }
    } }`,
    { input },
  );
  return createRender;
};

interface Drawn {
  readonly state: string;
  readonly failureMessage: string | null;
  readonly style: { readonly foundBy: string; readonly encoderName: string | null } | null;
  readonly samples: ReadonlyArray<{ url: string }>;
}

const urlsOf = ({ samples }: Drawn): string[] => samples.map(({ url }) => url);

/** A render at its end. */
const drawn = async (input: object): Promise<Drawn> => {
  const asked = await askRender(input);
  if (asked.render === undefined) throw new Error(JSON.stringify(asked.problems));
  return until('the pictures', async () => {
    const { render } = await stack.ask<{ render: Drawn }>(
      'query ($id: ID!) { render(id: $id) { state failureMessage style { foundBy encoderName } samples { url } } }',
      { id: asked.render?.id },
    );
    return ['FINISHED', 'FAILED'].includes(render.state) ? render : undefined;
  });
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
    const captions = { kind: 'CAPTIONS', request: { captions: ['a red apple'], seeds: [1] } };
    const refused = await askRender({ runId: encoder.id, ...captions });
    expect(refused.problems?.[0]?.message).toMatch(/trainer text-encoder, which draws no pictures/);
    expect(await drawn({ runId: gan.id, ...captions })).toMatchObject({
      ...{ state: 'FINISHED', failureMessage: null, style: null },
    });
  });

  it('the style of a picture is found by the style encoder, unless a person says no', async () => {
    const { name } = await lineageOf(style);
    const [picture] = (await lineageOf(gan)).latestSamples;
    const sha256 = picture?.url.replace('/blobs/', '');
    const styled = (style_encoder_checkpoint?: string, checkpointId?: string) => ({
      ...{ runId: gan.id, kind: 'STYLE_TRANSFER', checkpointId },
      // As many as are descended to for longer than an agent keeps silent.
      request: { style: Array(8).fill(sha256), captions: ['a red apple'], style_encoder_checkpoint },
    });
    const found = { foundBy: 'ENCODER', encoderName: `styles/${name}@8` };
    const newest = await drawn(styled());
    expect(newest).toMatchObject({ state: 'FINISHED', failureMessage: null, style: found });
    expect(agent.output()).not.toMatch(/finding the style/);
    const named = await drawn(styled(`styles/${name}`));
    expect(named).toMatchObject({ state: 'FINISHED', style: found });
    expect(urlsOf(named)).toEqual(urlsOf(newest));
    const earlier = await drawn(styled(`styles/${name}@4`));
    expect(earlier.style).toEqual({ foundBy: 'ENCODER', encoderName: `styles/${name}@4` });
    const descent = await drawn(styled('none'));
    expect(descent).toMatchObject({
      ...{ state: 'FINISHED', style: { foundBy: 'DESCENT', encoderName: null } },
    });
    expect(agent.output()).toMatch(/finding the style/);

    const older = (await lineageOf(gan)).checkpoints.find(({ step }) => step === 4)?.id;
    const { name: ganName } = await lineageOf(gan);
    expect((await askRender(styled(`styles/${name}`, older))).problems).toMatchObject([
      {
        path: 'style_encoder_checkpoint',
        message: `styles/${name} was trained for birds/${ganName}@8`,
      },
    ]);
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
