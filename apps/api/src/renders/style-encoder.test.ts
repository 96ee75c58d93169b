/** The style encoder of a render, against a real Postgres: found or named, refused in words, pinned, kept. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import { retireCheckpoints } from '../checkpoints/retention.service.ts';
import type { Agent } from '../generated/prisma/client.ts';
import { settleRun } from '../runs/settle.service.ts';
import { fenceOfLease, gridOf } from '../testing/fleet.ts';
import { fenceOfRender, type RenderFleet, startRenderFleet } from '../testing/render-fleet.ts';
import { settleRender } from './render-lease.service.ts';
import { cancelRender, createRender } from './render.service.ts';
import { styleEncodersOfCheckpoint } from './style-encoder.service.ts';

type Lease = Awaited<ReturnType<RenderFleet['take']>>;

let fleet: RenderFleet;
let agent: Agent;
let generator: string;
let picture: string;
beforeEach(async () => {
  fleet = await startRenderFleet(1, 10, 20);
  agent = await fleet.agent('wren', 2);
  picture = await fleet.blob('a picture');
  generator = await checkpointOf(fleet.training, 20);
});
afterEach(() => fleet.close());

const checkpointOf = async ({ id: runId }: Lease, step: number): Promise<string> =>
  (await fleet.database.checkpoint.findFirstOrThrow({ where: { runId, step } })).id;

const write = async (lease: Lease, ...steps: number[]): Promise<void> => {
  for (const step of steps) {
    const files = [{ name: 'model.safetensors', blobSha256: await fleet.blob(`${lease.id} ${step}`) }];
    await reportCheckpoint(fleet.database, fenceOfLease(lease), { step, files });
  }
};

const end = (lease: Lease, outcome: 'FINISHED' | 'PRUNED' = 'FINISHED') =>
  settleRun(fleet.database, fenceOfLease(lease), {
    ...{ outcome, step: 30, failureClass: null, failureMessage: null },
  });

/** A run that learns the styles of a checkpoint. */
const learning = async (of: string, name = 'styles'): Promise<Lease> => {
  const parameters = { generator_checkpoint: { value: of } };
  const sweep = await fleet.sweep({ method: 'grid', name, trainer: 'style-encoder', parameters });
  return fleet.take(agent, { sweepId: sweep.id });
};

/** One that has learnt them. */
const learnt = async (of: string, name = 'styles', ...steps: number[]): Promise<Lease> => {
  const lease = await learning(of, name);
  await write(lease, ...(steps.length > 0 ? steps : [30]));
  await end(lease);
  return lease;
};

const ask = (style_encoder_checkpoint?: string | null, checkpointId: string | null = null) =>
  createRender(fleet.database, {
    ...{ runId: fleet.training.id, checkpointId, kind: 'STYLE_TRANSFER' },
    request: { style: [picture], captions: ['a wren'], style_encoder_checkpoint },
  });

const asked = async (...given: Parameters<typeof ask>) => {
  const created = await ask(...given);
  if (!created.ok) throw new Error(JSON.stringify(created.problems));
  return created.render;
};

const refused = async (...given: Parameters<typeof ask>) => {
  const created = await ask(...given);
  return created.ok ? [] : created.problems;
};

const retireAll = async (): Promise<void> => {
  await fleet.database.$executeRaw`update "Checkpoint" set "createdAt" = "createdAt" - interval '1 hour'`;
  await retireCheckpoints(fleet.database, 1);
};

const stepsOf = async ({ id: runId }: Lease): Promise<number[]> =>
  (await fleet.database.checkpoint.findMany({ where: { runId }, orderBy: { step: 'asc' } })).map(
    ({ step }) => step,
  );

describe('a style transfer that names no style encoder', () => {
  it('takes the newest finished one that was trained for the checkpoint, by its newest readable checkpoint', async () => {
    await learnt(generator, 'older');
    const newer = await learnt(generator, 'newer', 10, 20, 30);
    await fleet.database.checkpoint.update({
      ...{ where: { id: await checkpointOf(newer, 30) }, data: { damagedAt: new Date() } },
    });
    expect(await asked()).toMatchObject({
      styleEncoderId: await checkpointOf(newer, 20),
      styleEncoderName: `newer/${newer.name}@20`,
      request: { style_encoder_checkpoint: null },
    });
  });

  it('passes by one that is not through, was pruned, or cannot be read at all, and ends at a descent', async () => {
    const lease = await learning(generator, 'stopped');
    await write(lease, 10);
    expect(await asked(), 'it goes on').toMatchObject({ styleEncoderId: null });
    await end(lease, 'PRUNED');
    const damaged = await learnt(generator, 'damaged');
    await fleet.database.checkpoint.updateMany({
      ...{ where: { runId: damaged.id }, data: { damagedAt: new Date() } },
    });
    expect(await asked()).toMatchObject({ styleEncoderId: null, styleEncoderName: null });
  });

  it('draws from the newest checkpoint all the same when the encoder was trained for an older one', async () => {
    const older = await checkpointOf(fleet.training, 10);
    const lease = await learnt(older);
    expect(await asked()).toMatchObject({ step: 20, styleEncoderId: null });
    expect(await asked(null, older)).toMatchObject({
      ...{ step: 10, styleEncoderId: await checkpointOf(lease, 30) },
    });
  });

  it('says no with none; other kinds of render have no style encoder', async () => {
    await learnt(generator);
    expect(await asked('none')).toMatchObject({
      ...{ styleEncoderId: null, request: { style_encoder_checkpoint: 'none' } },
    });
    expect(await fleet.ask()).toMatchObject({ styleEncoderId: null, styleEncoderName: null });
  });

  it('is told beforehand which one it would take', async () => {
    const older = await learnt(generator, 'older');
    const newer = await learnt(generator, 'newer');
    const first = await checkpointOf(fleet.training, 10);
    const [of20, of10] = await styleEncodersOfCheckpoint(fleet.database, [generator, first]);
    expect(of20?.map(({ name }) => name)).toEqual([`newer/${newer.name}@30`, `older/${older.name}@30`]);
    expect(of10).toEqual([]);
  });
});

describe('a style transfer that names its style encoder', () => {
  it('by run, step or id gets that one, also of a run that still trains', async () => {
    const lease = await learning(generator);
    await write(lease, 10, 20);
    const [at10, at20] = [await checkpointOf(lease, 10), await checkpointOf(lease, 20)];
    const name = `styles/${lease.name}`;
    expect(await asked(name)).toMatchObject({ styleEncoderId: at20, styleEncoderName: `${name}@20` });
    expect(await asked(`${name}@10`)).toMatchObject({ styleEncoderId: at10, styleEncoderName: `${name}@10` });
    expect(await asked(at10)).toMatchObject({
      ...{ styleEncoderId: at10, styleEncoderName: `${name}@10` },
      request: { style_encoder_checkpoint: at10 },
    });
  });

  it('is refused in words where there is no such sweep, run, step or checkpoint', async () => {
    const lease = await learning(generator);
    const path = 'style_encoder_checkpoint';
    const name = `styles/${lease.name}`;
    expect(await refused('style/gull-0001')).toEqual([
      { path, message: 'there is no sweep "style"', expected: 'the name of a sweep, or its id' },
    ]);
    expect(await refused('styles/gull-0099')).toMatchObject([
      { path, message: 'sweep "styles" has no run gull-0099' },
    ]);
    expect(await refused(name)).toMatchObject([
      {
        path,
        message: `${name} has written no checkpoint yet: it is running at step 0`,
        expected: 'a run that has written it',
      },
    ]);
    await write(lease, 10);
    await end(lease);
    expect(await refused(`${name}@11`)).toEqual([
      { path, message: `${name} has no checkpoint of step 11`, expected: 'one of its steps: 10' },
    ]);
    const unknown = '0198d0c4-7b1e-7c3a-9f00-0123456789ab';
    expect(await refused(unknown)).toMatchObject([
      { path, message: `there is no checkpoint ${unknown}; it may have been cleared away` },
    ]);
    expect(await refused('newest')).toMatchObject([{ path, message: 'cannot be "newest"' }]);
    expect(await fleet.database.render.count()).toBe(0);
  });

  it('is refused for a run of another trainer, and for a damaged checkpoint', async () => {
    expect(await refused(generator)).toMatchObject([
      {
        path: 'style_encoder_checkpoint',
        message: expect.stringMatching(/^.+\/.+ is a run of trainer gan-cls$/),
        expected: 'a run of trainer style-encoder',
      },
    ]);
    const lease = await learnt(generator);
    await fleet.database.checkpoint.updateMany({
      where: { runId: lease.id },
      data: { damagedAt: new Date(), damageReason: 'bad header' },
    });
    expect(await refused(`styles/${lease.name}@30`)).toMatchObject([
      { message: `the checkpoint of styles/${lease.name} at step 30 is damaged: bad header` },
    ]);
  });

  it('is refused when it was trained for another checkpoint, with those that were not', async () => {
    const foreign = await learnt(await checkpointOf(fleet.training, 10), 'early');
    const { name: sweep } = await fleet.database.sweep.findFirstOrThrow({
      where: { id: fleet.training.sweepId },
    });
    const problem = {
      path: 'style_encoder_checkpoint',
      message: `early/${foreign.name} was trained for ${sweep}/${fleet.training.name}@10`,
    };
    const start = 'a style encoder that was trained for the checkpoint of step 20 that is to draw';
    const or = 'or none for gradient descent';
    expect(await refused(`early/${foreign.name}`)).toEqual([
      { ...problem, expected: `${start} (there is none), ${or}` },
    ]);
    const right = await learnt(generator);
    expect(await refused(`early/${foreign.name}`)).toEqual([
      { ...problem, expected: `${start} (such as styles/${right.name}@30), ${or}` },
    ]);
  });

  it('says it beside what else is wrong', async () => {
    picture = 'f'.repeat(64);
    expect((await refused('style/gull-0001')).map(({ path }) => path)).toEqual([
      ...['style[0]', 'style_encoder_checkpoint'],
    ]);
  });
});

describe('what was pinned', () => {
  it('is what an agent gets, whatever was trained since', async () => {
    const lease = await learnt(generator);
    const { styleEncoderId } = await asked();
    await learnt(generator, 'later');
    const granted = await fleet.takeRender(agent);
    expect(granted.render.styleEncoderId).toBe(styleEncoderId);
    expect(styleEncoderId).toBe(await checkpointOf(lease, 30));
  });

  it('stays until the render has ended; then it may go, and the render still says its name', async () => {
    const lease = await learnt(generator, 'styles', 10, 20, 30);
    const name = `styles/${lease.name}@10`;
    const [waits, drawn] = [await asked(name), await asked(name)];
    await retireAll();
    expect(await stepsOf(lease)).toEqual([10, 30]);
    await cancelRender(fleet.database, drawn.id);
    const granted = await fleet.takeRender(agent);
    expect(granted.render.renderId).toBe(waits.id);
    await retireAll();
    expect(await stepsOf(lease), 'one is being drawn').toEqual([10, 30]);
    await settleRender(fleet.database, fenceOfRender(granted), {
      ...{ outcome: 'FINISHED', pictures: await fleet.draw(1), failureClass: null, failureMessage: null },
    });
    await retireAll();
    expect(await stepsOf(lease)).toEqual([30]);
    expect(await fleet.database.render.findUnique({ where: { id: waits.id } })).toMatchObject({
      ...{ styleEncoderId: null, styleEncoderName: name },
    });
  });

  it('is not deleted under a render with its sweep, and goes with a project', async () => {
    const lease = await learnt(generator);
    await asked();
    await expect(fleet.database.sweep.delete({ where: { id: lease.sweepId } })).rejects.toThrow(
      /foreign key/i,
    );
    await fleet.database.project.deleteMany();
    expect(await fleet.database.checkpoint.count()).toBe(0);
    expect(await fleet.database.render.count()).toBe(0);
  });

  it('is there when the request meets retention', async () => {
    const lease = await learning(generator);
    for (let round = 1; round <= 8; round++) {
      await write(lease, round * 10, round * 10 + 1);
      await fleet.database.$executeRaw`update "Checkpoint" set "createdAt" = "createdAt" - interval '1 hour'`;
      const [created] = await Promise.all([
        ask(`styles/${lease.name}@${round * 10}`),
        retireCheckpoints(fleet.database, 1),
        retireCheckpoints(fleet.database, 1),
      ]);
      if (!created.ok) {
        const message = `styles/${lease.name} has written no checkpoint of step ${round * 10} yet: it is running at step 0`;
        expect(created.problems).toMatchObject([{ message }]);
        continue;
      }
      const { styleEncoderId } = created.render;
      expect(await checkpointOf(lease, round * 10)).toBe(styleEncoderId);
      await cancelRender(fleet.database, created.render.id);
    }
  });
});

it('requests and claims that need each other’s runs do not wait for each other for ever', async () => {
  const names = Array.from({ length: 6 }, (_, i) => `styles-${i}`);
  const sweeps = [];
  for (const name of names) {
    const { parameters, ...grid } = gridOf(1, { name, metric: undefined, trainer: 'style-encoder' });
    const named = { ...parameters, generator_checkpoint: { value: generator } };
    sweeps.push(await fleet.sweep({ ...grid, parameters: named }));
  }
  const agents = await Promise.all(names.map((name) => fleet.agent(name)));
  const outcomes = await Promise.allSettled([
    ...sweeps.map((sweep, i) => fleet.take(agents[i] as Agent, { sweepId: sweep.id, waitMs: 5_000 })),
    ...names.map((name) => ask(`${name}/gull-0001`)),
    ...names.map(() => ask()),
  ]);
  expect(outcomes.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []))).toEqual([]);
});
