/** References over real HTTP: what an agent is handed, what a page sees, and what an agent's key may not reach. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../id.ts';
import { bearer, startTestServer, type TestServer } from '../testing/test-server.ts';

interface Lease {
  readonly runId: string;
  readonly runName: string;
  readonly epoch: number;
  readonly token: string;
  readonly trainer: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: ReadonlyArray<{ key: string; checkpoint: { id: string; step: number; files: unknown } }>;
}

let api: TestServer;
let agentId: string;
const instanceId = newId();
let encoder: Lease;
let gan: Lease;
beforeAll(async () => {
  api = await startTestServer({});
  const slots = [0, 1].map((index) => ({ index, backend: 'wasm', device: 'cpu' }));
  const registered = await ask<{ registerAgent: { agent: { id: string } } }>(
    'AGENT',
    'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { agent { id } } }',
    { input: { name: 'wren', hostname: 'box', platform: 'linux', version: '1', instanceId, slots } },
  );
  agentId = registered.registerAgent.agent.id;
  encoder = await lease(await create('texts', 'text-encoder', { seed: { value: 1 } }), 0);
  await reportCheckpoint(encoder, 10);
  const named = { text_encoder_checkpoint: { value: `texts/${encoder.runName}` } };
  gan = await lease(await create('birds', 'gan-cls', named), 1);
});
afterAll(() => api.close());

async function ask<T>(
  role: 'AGENT' | 'EDITOR' | 'VIEWER',
  query: string,
  variables: object = {},
): Promise<T> {
  const answer = (await api.graphql(query, { key: api.keys[role], variables })).json();
  if (answer.errors) throw Object.assign(new Error(answer.errors[0]?.message), answer.errors[0]?.extensions);
  return answer.data as unknown as T;
}

const sourceOf = (name: string, trainer: string, parameters: object) =>
  JSON.stringify({ method: 'grid', name, trainer, parameters });

async function create(name: string, trainer: string, parameters: object): Promise<string> {
  const { createSweep } = await ask<{ createSweep: { sweep: { id: string } } }>(
    'EDITOR',
    'mutation ($source: String!) { createSweep(input: { source: $source }) { ... on SweepCreated { sweep { id } } } }',
    { source: sourceOf(name, trainer, parameters) },
  );
  return createSweep.sweep.id;
}

async function lease(sweepId: string, slotIndex: number): Promise<Lease> {
  const answer = await ask<{ lease: Lease }>(
    'AGENT',
    `mutation ($input: LeaseInput!) { lease(input: $input) { ... on LeaseGranted {
      runId runName epoch token trainer config
      inputs { key checkpoint { id step files { name blob { sha256 url } } } } } } }`,
    { input: { agentId, instanceId, slotIndex, sweepId } },
  );
  return answer.lease;
}

async function putBlob(body: Buffer): Promise<string> {
  const sha256 = createHash('sha256').update(body).digest('hex');
  await api.ask(`/blobs/${sha256}`, {
    method: 'PUT',
    headers: { ...bearer(api.keys.AGENT), 'content-type': 'application/octet-stream' },
    body,
  });
  return sha256;
}

async function finish({ runId, epoch, token }: Lease): Promise<void> {
  await ask('AGENT', 'mutation ($input: SettleInput!) { settle(input: $input) { run { id } } }', {
    input: { lease: { runId, epoch, token }, outcome: 'FINISHED', step: 10 },
  });
}

async function reportCheckpoint({ runId, epoch, token }: Lease, step: number): Promise<void> {
  const sha256 = await putBlob(Buffer.from('weights'));
  await ask(
    'AGENT',
    'mutation ($input: ReportCheckpointInput!) { reportCheckpoint(input: $input) { checkpoint { id } } }',
    {
      input: {
        lease: { runId, epoch, token },
        step,
        files: [{ name: 'model.safetensors', blobSha256: sha256 }],
      },
    },
  );
}

describe('an agent', () => {
  it('is told the trainer, the trainer’s own configuration and the files of what it names', () => {
    expect(encoder).toMatchObject({ trainer: 'text-encoder', inputs: [] });
    expect(encoder.config).toMatchObject({ preset: 'cpu-small', conv1_width: expect.any(Number) });
    const url = expect.stringMatching(/^\/blobs\/[0-9a-f]{64}$/);
    expect(gan).toMatchObject({
      trainer: 'gan-cls',
      inputs: [
        {
          key: 'text_encoder_checkpoint',
          checkpoint: { step: 10, files: [{ name: 'model.safetensors', blob: { url } }] },
        },
      ],
    });
  });

  it('reaches no run through a checkpoint that it was given', async () => {
    const id = gan.inputs[0]?.checkpoint.id;
    const query = 'query ($id: ID!) { checkpoint(id: $id) { step users { run { id } } } }';
    await expect(ask('AGENT', query, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('a page', () => {
  it('sees what a run was given, and whom its checkpoints were given to', async () => {
    const query = `query ($gan: ID!, $encoder: ID!) {
      gan: run(id: $gan) { inputs { key run { name sweep { name trainer } } checkpoint { step } } }
      encoder: run(id: $encoder) { inputs { key } checkpoints { step users { key run { id } } } } }`;
    expect(await ask('VIEWER', query, { gan: gan.runId, encoder: encoder.runId })).toEqual({
      gan: {
        inputs: [
          {
            key: 'text_encoder_checkpoint',
            run: { name: encoder.runName, sweep: { name: 'texts', trainer: 'text-encoder' } },
            checkpoint: { step: 10 },
          },
        ],
      },
      encoder: {
        inputs: [],
        checkpoints: [{ step: 10, users: [{ key: 'text_encoder_checkpoint', run: { id: gan.runId } }] }],
      },
    });
  });

  it('is told before the start what a file names that is not there', async () => {
    const source = sourceOf('more', 'style-encoder', {
      generator_checkpoint: { value: 'nowhere/gull-0001' },
    });
    const problems = [
      { path: 'parameters.generator_checkpoint.value', message: 'there is no sweep "nowhere"' },
    ];
    const plan = await ask<{ planSweep: unknown }>(
      'VIEWER',
      'query ($source: String!) { planSweep(source: $source) { ... on SweepInvalid { problems { path message } } } }',
      { source },
    );
    expect(plan.planSweep).toEqual({ problems });
    const checked = await ask<{ validateSweep: unknown }>(
      'VIEWER',
      'query ($source: String!) { validateSweep(source: $source) { problems { path message } } }',
      { source },
    );
    expect(checked.validateSweep).toEqual({ problems });
  });

  it('finds runs by their trainer, for those that can be drawn from', async () => {
    const runs = async (trainer: string) => {
      const found = await ask<{ runs: { edges: Array<{ node: { id: string } }> } }>(
        'VIEWER',
        'query ($trainer: String!) { runs(first: 9, filter: { trainer: $trainer, search: "000" }) { edges { node { id } } } }',
        { trainer },
      );
      return found.runs.edges.map(({ node }) => node.id);
    };
    expect(await runs('gan-cls')).toEqual([gan.runId]);
    expect(await runs('text-encoder')).toEqual([encoder.runId]);
    expect(await runs('command')).toEqual([]);
  });
});

describe('a style transfer', () => {
  let style: Lease;
  let renderId: string;
  beforeAll(async () => {
    await reportCheckpoint(gan, 20);
    await finish(encoder);
    const named = { generator_checkpoint: { value: `birds/${gan.runName}` } };
    style = await lease(await create('styles', 'style-encoder', named), 0);
    await reportCheckpoint(style, 30);
    await finish(style);
  });

  it('is asked for by a person, and says by which encoder the style is found', async () => {
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(56)]);
    const request = { style: [await putBlob(png)], captions: ['a wren'] };
    const made = await ask<{ createRender: { render: { id: string; style: unknown } } }>(
      'EDITOR',
      `mutation ($input: CreateRenderInput!) { createRender(input: $input) { ... on RenderCreated {
        render { id style { foundBy encoderName encoder { key run { name } checkpoint { step } } } } } } }`,
      { input: { runId: gan.runId, kind: 'STYLE_TRANSFER', request } },
    );
    renderId = made.createRender.render.id;
    expect(made.createRender.render.style).toEqual({
      foundBy: 'ENCODER',
      encoderName: `styles/${style.runName}@30`,
      encoder: {
        ...{ key: 'style_encoder_checkpoint', run: { name: style.runName }, checkpoint: { step: 30 } },
      },
    });
    const { createRender } = await ask<{ createRender: unknown }>(
      'EDITOR',
      'mutation ($input: CreateRenderInput!) { createRender(input: $input) { ... on RenderInvalid { problems { path message } } } }',
      {
        input: {
          ...{ runId: gan.runId, kind: 'STYLE_TRANSFER' },
          request: { ...request, style_encoder_checkpoint: `texts/${encoder.runName}` },
        },
      },
    );
    expect(createRender).toEqual({
      problems: [
        {
          path: 'style_encoder_checkpoint',
          message: `texts/${encoder.runName} is a run of trainer text-encoder`,
        },
      ],
    });
  });

  it('comes to an agent with the encoder behind what the generator’s run was given', async () => {
    const answer = await ask<{ lease: { renderId: string; inputs: unknown } }>(
      'AGENT',
      `mutation ($input: LeaseInput!) { lease(input: $input) { ... on RenderGranted {
        renderId inputs { key checkpoint { step files { name } } } } } }`,
      { input: { agentId, instanceId, slotIndex: 0, accepts: ['RENDER'] } },
    );
    const files = [{ name: 'model.safetensors' }];
    expect(answer.lease).toEqual({
      renderId,
      inputs: [
        { key: 'text_encoder_checkpoint', checkpoint: { step: 10, files } },
        { key: 'style_encoder_checkpoint', checkpoint: { step: 30, files } },
      ],
    });
  });

  it('finds what a page offers; an agent does not read it', async () => {
    const query =
      'query ($id: ID!) { run(id: $id) { checkpoints { step styleEncoders { run { name } checkpoint { step } } } } }';
    expect(await ask('VIEWER', query, { id: gan.runId })).toMatchObject({
      run: {
        checkpoints: [
          { step: 20, styleEncoders: [{ run: { name: style.runName }, checkpoint: { step: 30 } }] },
        ],
      },
    });
    const asAgent = 'query ($id: ID!) { checkpoint(id: $id) { styleEncoders { key } } }';
    const { id } = await api.database.prisma.checkpoint.findFirstOrThrow({ where: { runId: gan.runId } });
    await expect(ask('AGENT', asAgent, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
