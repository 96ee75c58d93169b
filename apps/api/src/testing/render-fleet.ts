/** For tests: a run with a checkpoint, renders of it, and agents that take them. */
import type { RenderKind } from '@plumage/contract';
import { hashSecret } from '../access/secret.ts';
import { reportCheckpoint } from '../checkpoints/checkpoint.service.ts';
import type { Agent, Render } from '../generated/prisma/client.ts';
import { fenceOfLease, type Fleet, gridOf, startFleet } from './fleet.ts';
import type { DrawnPicture, GrantedRender } from '../renders/render-lease.service.ts';
import { createRender } from '../renders/render.service.ts';
import type { RenderFence } from '../renders/render.sql.ts';

export interface RenderFleet extends Fleet {
  readonly trainer: Agent;
  readonly training: Awaited<ReturnType<Fleet['take']>>;
  /** Another checkpoint of the run. */
  checkpoint(step: number): Promise<string>;
  /** Two captions with one seed each, unless said otherwise. */
  ask(request?: object, kind?: RenderKind): Promise<Render>;
  /** A render that must be given out. */
  takeRender(agent: Agent): Promise<GrantedRender>;
  /** All its pictures, stored. */
  draw(count: number): Promise<DrawnPicture[]>;
}

/** `points` runs, the first of which trains and has checkpoints at the steps. */
export async function startRenderFleet(points = 1, ...steps: number[]): Promise<RenderFleet> {
  const fleet = await startFleet();
  await fleet.sweep(gridOf(points));
  const trainer = await fleet.agent('trainer');
  const training = await fleet.take(trainer);
  const checkpoint = async (step: number) => {
    const files = [{ name: 'generator.safetensors', blobSha256: await fleet.blob(`weights ${step}`) }];
    return (await reportCheckpoint(fleet.database, fenceOfLease(training), { step, files })).id;
  };
  for (const step of steps) await checkpoint(step);
  return {
    ...fleet,
    trainer,
    training,
    checkpoint,
    ask: async (request = { captions: ['a wren', 'a robin'], seeds: [1] }, kind = 'CAPTIONS') => {
      const asked = { runId: training.id, checkpointId: null, kind, request };
      const created = await createRender(fleet.database, asked);
      if (!created.ok) throw new Error(JSON.stringify(created.problems));
      return created.render;
    },
    takeRender: async (agent) => {
      const outcome = await fleet.lease(agent, { accepts: ['TRAINING', 'RENDER'] });
      if (outcome.kind !== 'render') throw new Error(`expected a render, got ${JSON.stringify(outcome)}`);
      return outcome;
    },
    draw: (count) =>
      Promise.all(
        Array.from({ length: count }, async (_, index) => ({
          ...{ index, width: 64, height: 64 },
          blobSha256: await fleet.blob(`picture ${index}`),
        })),
      ),
  };
}

export const fenceOfRender = ({ render, token }: GrantedRender): RenderFence => ({
  renderId: render.renderId,
  epoch: render.epoch,
  tokenHash: hashSecret(token),
});
