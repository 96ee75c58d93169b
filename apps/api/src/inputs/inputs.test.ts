/** Checkpoints that runs name, against a real Postgres: looked up once, kept, handed over, and told in words. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { retireCheckpoints } from '../checkpoints/retention.service.ts';
import type { Agent, Sweep } from '../generated/prisma/client.ts';
import { settleRun } from '../runs/settle.service.ts';
import { rerunFailed } from '../sweeps/edit/rerun.service.ts';
import { updateSweep } from '../sweeps/edit/sweep-edit.service.ts';
import { createSweep, resumeSweep } from '../sweeps/sweep.service.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from '../testing/fleet.ts';

type Lease = Awaited<ReturnType<Fleet['take']>>;

let fleet: Fleet;
let agent: Agent;
beforeEach(async () => {
  fleet = await startFleet();
  agent = await fleet.agent('wren', 2);
});
afterEach(() => fleet.close());

const encoders = { ...gridOf(2), name: 'texts', trainer: 'text-encoder', metric: undefined };
const naming = (text_encoder_checkpoint: object, more: object = {}) => ({
  method: 'grid',
  name: 'birds',
  parameters: { text_encoder_checkpoint },
  ...more,
});

const write = (lease: Lease, ...steps: number[]) =>
  Promise.all(
    steps.map(async (step) =>
      reportCheckpoint(fleet.database, fenceOfLease(lease), {
        step,
        files: [{ name: 'model.safetensors', blobSha256: await fleet.blob(`${lease.id} ${step}`) }],
      }),
    ),
  );

const end = (lease: Lease, outcome: 'FINISHED' | 'RELEASED' = 'FINISHED') =>
  settleRun(fleet.database, fenceOfLease(lease), {
    ...{ outcome, step: 30, failureClass: null, failureMessage: null },
  });

/** A run of the sweep that has written checkpoints and ended. */
async function trained(sweep: Sweep, ...steps: number[]) {
  const lease = await fleet.take(agent, { sweepId: sweep.id });
  const checkpoints = await write(lease, ...steps);
  await end(lease);
  return { lease, checkpoints };
}

const inputsOf = async (runId: string) =>
  (await fleet.database.runInput.findMany({ where: { runId }, orderBy: { key: 'asc' } })).map(
    ({ key, checkpointId }) => [key, checkpointId],
  );

const problemsOf = async (source: object): Promise<string[]> => {
  const created = await createSweep(fleet.database, { projectId: null, source: JSON.stringify(source) });
  return created.ok ? [] : created.problems.map((p) => `${p.path}: ${p.message} (${p.expected})`);
};

describe('a reference', () => {
  it('is pinned at the first claim, to the newest checkpoint then, and stays for every attempt', async () => {
    const texts = await fleet.sweep(encoders);
    const encoder = await fleet.take(agent, { sweepId: texts.id });
    const [older] = await write(encoder, 10);
    const birds = await fleet.sweep(naming({ value: `texts/${encoder.name}` }));
    const first = await fleet.take(agent, { sweepId: birds.id, slotIndex: 1 });
    expect(await inputsOf(first.id)).toEqual([['text_encoder_checkpoint', older?.id]]);
    await write(encoder, 20);
    await end(first, 'RELEASED');
    const second = await fleet.take(agent, { sweepId: birds.id, slotIndex: 1 });
    expect(second.id).toBe(first.id);
    expect(await inputsOf(second.id)).toEqual([['text_encoder_checkpoint', older?.id]]);
  });

  it('may name a step, a sweep by its id, or a checkpoint', async () => {
    const texts = await fleet.sweep(encoders);
    const { lease, checkpoints } = await trained(texts, 10, 20, 30);
    const values = [`texts/${lease.name}@20`, `${texts.id}/${lease.name}`, checkpoints[0]?.id];
    const birds = await fleet.sweep(naming({ values }));
    const expected = [checkpoints[1]?.id, checkpoints[2]?.id, checkpoints[0]?.id];
    for (const id of expected) {
      const run = await fleet.take(agent, { sweepId: birds.id });
      expect(await inputsOf(run.id)).toEqual([['text_encoder_checkpoint', id]]);
      await end(run);
    }
  });

  it('to a generator brings the text encoder along that the generator was trained with', async () => {
    const { lease: encoder, checkpoints } = await trained(await fleet.sweep(encoders), 10);
    const birds = await fleet.sweep(naming({ value: `texts/${encoder.name}` }));
    const { lease: gan, checkpoints: generators } = await trained(birds, 30);
    const styles = await fleet.sweep({
      ...{ method: 'grid', trainer: 'style-encoder' },
      parameters: { generator_checkpoint: { value: `birds/${gan.name}` } },
    });
    const run = await fleet.take(agent, { sweepId: styles.id });
    expect(await inputsOf(run.id)).toEqual([
      ['generator_checkpoint', generators[0]?.id],
      ['text_encoder_checkpoint', checkpoints[0]?.id],
    ]);
  });

  it('of a population is what the parent was given, however far the encoder has got since', async () => {
    const texts = await fleet.sweep(encoders);
    const encoder = await fleet.take(agent, { sweepId: texts.id });
    const [older] = await write(encoder, 10);
    const birds = await fleet.sweep({
      ...naming({ value: `texts/${encoder.name}` }),
      ...{ method: 'pbt', metric: { name: 'g/loss', goal: 'minimize' } },
      ...{ pbt: { population: 2, interval: 10, generations: 2 } },
      parameters: {
        text_encoder_checkpoint: { value: `texts/${encoder.name}` },
        learning_rate: { min: 0.0001, max: 0.01 },
      },
    });
    const members = [1, 2].map(() => fleet.take(agent, { sweepId: birds.id, slotIndex: 1 }));
    for (const member of members) {
      const lease = await member;
      await write(lease, 10);
      await fleet.database.run.update({ where: { id: lease.id }, data: { objective: 1, step: 10 } });
      await end(lease);
    }
    await write(encoder, 20);
    const child = await fleet.take(agent, { sweepId: birds.id, slotIndex: 1, waitMs: 2_000 });
    expect(child.inherits).toBe(true);
    expect(await inputsOf(child.id)).toEqual([['text_encoder_checkpoint', older?.id]]);
  });

  it('is looked up once when many agents claim at the same time', async () => {
    const { lease: encoder } = await trained(await fleet.sweep(encoders), 10);
    const { parameters, ...grid } = gridOf(12);
    const named = { text_encoder_checkpoint: { value: `texts/${encoder.name}` } };
    const birds = await fleet.sweep({ ...grid, parameters: { ...parameters, ...named } });
    const agents = await Promise.all(Array.from({ length: 12 }, (_, i) => fleet.agent(`a${i}`)));
    const runs = await Promise.all(
      agents.map((each) => fleet.take(each, { sweepId: birds.id, waitMs: 5_000 })),
    );
    expect(new Set(runs.map(({ id }) => id)).size).toBe(12);
    expect(await fleet.database.runInput.count()).toBe(12);
  });
});

describe('what cannot be right is told when the sweep is made', () => {
  it('with the place, what is wrong and what would be right', async () => {
    const texts = await fleet.sweep(encoders);
    const { lease } = await trained(texts, 10, 20);
    const named = `texts/${lease.name}`;
    expect(
      await problemsOf(naming({ values: [named, `${named}@15`, 'text/gull-0001', 'texts/gull-0042'] })),
    ).toEqual([
      `parameters.text_encoder_checkpoint.values[1]: ${named} has no checkpoint of step 15 (one of its steps: 20, 10)`,
      'parameters.text_encoder_checkpoint.values[2]: there is no sweep "text" (the name of a sweep, or its id)',
      'parameters.text_encoder_checkpoint.values[3]: sweep "texts" has no run gull-0042 (a run of that sweep, such as gull-0001)',
    ]);
    const unknown = '0198d0c4-7b1e-7c3a-9f00-0123456789ab';
    expect(await problemsOf(naming({ value: unknown }))).toEqual([
      `parameters.text_encoder_checkpoint.value: there is no checkpoint ${unknown}; it may have been cleared away (a checkpoint that is there, or sweep/run for the newest of a run)`,
    ]);
  });

  it('a run of another kind is refused, whichever way it is named', async () => {
    const { lease, checkpoints } = await trained(await fleet.sweep({ ...gridOf(1), name: 'birds' }), 10);
    const values = [`birds/${lease.name}`, checkpoints[0]?.id];
    const sentence = `birds/${lease.name} is a run of trainer gan-cls (a run of trainer text-encoder)`;
    expect(await problemsOf(naming({ values }))).toEqual([
      `parameters.text_encoder_checkpoint.values[0]: ${sentence}`,
      `parameters.text_encoder_checkpoint.values[1]: ${sentence}`,
    ]);
  });

  it('an encoder of captions alone cannot measure pictures, and still embeds captions', async () => {
    const pairs = {
      ...encoders,
      parameters: { ...encoders.parameters, objective: { value: 'caption-pairs' } },
    };
    const { lease } = await trained(await fleet.sweep(pairs), 10);
    const value = `texts/${lease.name}`;
    const asked = (key: string) => problemsOf({ ...naming({}), parameters: { [key]: { value } } });
    expect(await asked('eval_encoder_checkpoint')).toEqual([
      `parameters.eval_encoder_checkpoint.value: ${value} was trained on captions alone and cannot measure pictures (a run with objective image-text)`,
    ]);
    expect(await asked('text_encoder_checkpoint')).toEqual([]);
  });

  it('two sweeps of one name are told apart by their ids', async () => {
    const [one, two] = [await fleet.sweep(encoders), await fleet.sweep(encoders)];
    const { lease } = await trained(one, 10);
    await trained(two, 10);
    const [problem] = await problemsOf(naming({ value: `texts/${lease.name}` }));
    expect(problem).toContain('several sweeps are called "texts"');
    expect(problem).toContain(`${two.id}/${lease.name} or ${one.id}/${lease.name}`);
    expect(await problemsOf(naming({ value: `${one.id}/${lease.name}` }))).toEqual([]);
  });

  it('and when it is changed; what it names already stays as it is', async () => {
    const { lease } = await trained(await fleet.sweep(encoders), 10);
    const birds = await fleet.sweep(naming({ value: `texts/${lease.name}` }));
    await fleet.database.checkpoint.deleteMany();
    const edit = (patch: object) =>
      updateSweep(fleet.database, { sweepId: birds.id, version: 1, patch }, null);
    const wrong = await edit({ parameters: { text_encoder_checkpoint: { value: 'nowhere/gull-0001' } } });
    expect(wrong).toMatchObject({
      ...{ kind: 'invalid', problems: [{ path: 'parameters.text_encoder_checkpoint.value' }] },
    });
    expect(await edit({ description: 'as it was' })).toMatchObject({ kind: 'updated' });
  });
});

describe('a run whose reference means nothing at the claim', () => {
  it('fails in words before any agent starts it, and finds it when it is run again', async () => {
    const texts = await fleet.sweep(encoders);
    const encoder = await fleet.take(agent, { sweepId: texts.id });
    const birds = await fleet.sweep(naming({ value: `texts/${encoder.name}` }));
    expect((await fleet.lease(agent, { sweepId: birds.id, slotIndex: 1 })).kind).toBe('no-work');
    const failed = await fleet.database.run.findFirstOrThrow({ where: { sweepId: birds.id } });
    expect(failed).toMatchObject({
      ...{ state: 'FAILED', failureClass: 'user_error', leaseEpoch: 0 },
      failureMessage: `text_encoder_checkpoint: texts/${encoder.name} has written no checkpoint yet: it is running at step 0; expected a run that has written it; then run this one again.`,
    });
    const [checkpoint] = await write(encoder, 10);
    expect(await rerunFailed(fleet.database, { sweepId: birds.id }, null)).toMatchObject({ count: 1 });
    const run = await fleet.take(agent, { sweepId: birds.id, slotIndex: 1 });
    expect(run.id).toBe(failed.id);
    expect(await inputsOf(run.id)).toEqual([['text_encoder_checkpoint', checkpoint?.id]]);
  });

  it('a damaged checkpoint is passed by for the one before it, and refused where its step is named', async () => {
    const { lease, checkpoints } = await trained(await fleet.sweep(encoders), 10, 20);
    const named = `texts/${lease.name}`;
    const birds = await fleet.sweep(naming({ values: [named, `${named}@20`] }));
    await fleet.database.checkpoint.update({
      where: { id: checkpoints[1]?.id ?? '' },
      data: { damagedAt: new Date(), damageReason: 'bad header' },
    });
    const run = await fleet.take(agent, { sweepId: birds.id });
    expect(await inputsOf(run.id)).toEqual([['text_encoder_checkpoint', checkpoints[0]?.id]]);
    expect((await fleet.lease(agent, { sweepId: birds.id, slotIndex: 1 })).kind).toBe('no-work');
    expect(await fleet.database.run.findFirst({ where: { state: 'FAILED' } })).toMatchObject({
      failureMessage: expect.stringContaining(`${named} at step 20 is damaged: bad header`),
    });
  });

  it('an endless search is paused rather than failed for ever, and goes on when a person says so', async () => {
    const texts = await fleet.sweep(encoders);
    const encoder = await fleet.take(agent, { sweepId: texts.id });
    const birds = await fleet.sweep({
      ...{ method: 'random', name: 'birds' },
      parameters: {
        text_encoder_checkpoint: { value: `texts/${encoder.name}` },
        learning_rate: { min: 0.0001, max: 0.01 },
      },
    });
    await fleet.lease(agent, { sweepId: birds.id, slotIndex: 1 });
    expect(await fleet.database.sweep.findUnique({ where: { id: birds.id } })).toMatchObject({
      ...{ state: 'PAUSED', stateReason: expect.stringMatching(/^paused: 3 runs name a checkpoint/) },
    });
    await write(encoder, 10);
    expect(await resumeSweep(fleet.database, birds.id)).toMatchObject({ stateReason: null });
    await fleet.take(agent, { sweepId: birds.id, slotIndex: 1 });
  });
});

describe('what was pinned stays', () => {
  it('through retention, with its blobs, however many newer ones there are', async () => {
    const texts = await fleet.sweep(encoders);
    const encoder = await fleet.take(agent, { sweepId: texts.id });
    await write(encoder, 10);
    const birds = await fleet.sweep(naming({ value: `texts/${encoder.name}` }));
    const run = await fleet.take(agent, { sweepId: birds.id, slotIndex: 1 });
    await write(encoder, 20, 30, 40);
    await end(run);
    await end(encoder);
    await fleet.database.$executeRaw`update "Checkpoint" set "createdAt" = "createdAt" - interval '1 hour'`;
    await retireCheckpoints(fleet.database, 1);
    const left = await fleet.database.checkpoint.findMany({
      ...{ where: { runId: encoder.id }, orderBy: { step: 'asc' }, include: { files: true } },
    });
    expect(left.map(({ step, files }) => [step, files.length])).toEqual([
      [10, 1],
      [40, 1],
    ]);
  });

  it('against a sweep that is deleted while others need it', async () => {
    const texts = await fleet.sweep(encoders);
    const { lease } = await trained(texts, 10);
    const birds = await fleet.sweep(naming({ value: `texts/${lease.name}` }));
    await fleet.take(agent, { sweepId: birds.id });
    await expect(fleet.database.sweep.delete({ where: { id: texts.id } })).rejects.toThrow(/foreign key/i);
    await fleet.database.project.deleteMany();
    expect(await fleet.database.checkpoint.count()).toBe(0);
  });

  it('a claim that meets retention names a checkpoint that is there', async () => {
    const texts = await fleet.sweep(encoders);
    const encoder = await fleet.take(agent, { sweepId: texts.id });
    const parameters = {
      seed: { values: Array.from({ length: 12 }, (_, i) => i) },
      text_encoder_checkpoint: { value: `texts/${encoder.name}` },
    };
    await write(encoder, 1);
    const birds = await fleet.sweep({ method: 'grid', name: 'birds', parameters });
    for (let round = 1; round <= 12; round++) {
      await write(encoder, round * 10, round * 10 + 1);
      await fleet.database.$executeRaw`update "Checkpoint" set "createdAt" = "createdAt" - interval '1 hour'`;
      const [run] = await Promise.all([
        fleet.take(agent, { sweepId: birds.id, slotIndex: 1, waitMs: 5_000 }),
        retireCheckpoints(fleet.database, 1),
        retireCheckpoints(fleet.database, 1),
      ]);
      const [input] = await fleet.database.runInput.findMany({
        ...{ where: { runId: run.id }, include: { checkpoint: true } },
      });
      expect(input?.checkpoint.step).toBe(round * 10 + 1);
      await end(run);
    }
  });
});
