/**
 * The style encoder of a render: the one that is named, or the newest that was trained for the checkpoint, looked up
 * once, when the render is asked for (as docs/adr/0011 has it for runs). An encoder finds the noise of one generator
 * and of no other, so the run that trained it must have been given the very checkpoint that is to draw.
 */
import { NO_STYLE_ENCODER, type RenderProblem, type RenderRequest } from '@plumage/contract';
import type { Transaction } from '../database.ts';
import type { Checkpoint, PrismaClient } from '../generated/prisma/client.ts';
import { findReferenced, type Referenced } from '../inputs/reference.service.ts';
import { runOfCheckpoint } from '../inputs/reference.sql.ts';
import { generatorOfRun, type StyleEncoderRow, styleEncodersFor } from './style-encoder.sql.ts';

export const STYLE_ENCODER = 'style_encoder_checkpoint';

export type FoundStyleEncoder =
  | { readonly kind: 'encoder'; readonly checkpointId: string; readonly name: string }
  /** None is wanted, or there is none. */
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong'; readonly problem: RenderProblem };

const wrong = (message: string, expected: string): FoundStyleEncoder => ({
  kind: 'wrong',
  problem: { path: STYLE_ENCODER, message, expected },
});

/** A render is asked for again by hand; nothing waits for a run that goes on. */
const unfound = (found: Exclude<Referenced, { kind: 'checkpoint' }>): FoundStyleEncoder =>
  wrong(found.message, found.kind === 'not-yet' ? 'a run that has written it' : found.expected);

/** @param generator the checkpoint that is to draw */
export async function findStyleEncoder(
  tx: Transaction,
  request: RenderRequest,
  generator: Checkpoint,
): Promise<FoundStyleEncoder> {
  if (request.kind !== 'STYLE_TRANSFER') return { kind: 'none' };
  const text = request[STYLE_ENCODER];
  if (text === NO_STYLE_ENCODER) return { kind: 'none' };
  if (text !== null) return await named(tx, text, generator);
  const [newest] = await styleEncodersFor(tx, [generator.id]);
  return newest === undefined ? { kind: 'none' } : { kind: 'encoder', ...newest };
}

/**
 * Retention is kept off only once the run is known to have been given its generator: before that its first claim may
 * hold it and wait for the generator's run, which this transaction holds.
 */
async function named(tx: Transaction, text: string, generator: Checkpoint): Promise<FoundStyleEncoder> {
  const asked = { key: STYLE_ENCODER, text } as const;
  const first = await findReferenced(tx, asked);
  if (first.kind !== 'checkpoint') return unfound(first);
  const run = await runOfCheckpoint(tx, first.checkpoint.id);
  const trainedFor = await generatorOfRun(tx, first.checkpoint.runId);
  if (trainedFor?.checkpointId !== generator.id) {
    const message = `${run?.sweepName}/${run?.name} was trained for ${trainedFor?.name ?? 'another checkpoint'}`;
    return wrong(message, await expectedFor(tx, generator));
  }
  const found = await findReferenced(tx, asked, true);
  if (found.kind !== 'checkpoint') return unfound(found);
  const { id: checkpointId, step } = found.checkpoint;
  return { kind: 'encoder', checkpointId, name: `${run?.sweepName}/${run?.name}@${step}` };
}

async function expectedFor(tx: Transaction, generator: Checkpoint): Promise<string> {
  const here = `the checkpoint of step ${generator.step} that is to draw`;
  const names = (await styleEncodersFor(tx, [generator.id])).slice(0, 4).map(({ name }) => name);
  const those = names.length === 0 ? 'there is none' : `such as ${names.join(' or ')}`;
  return `a style encoder that was trained for ${here} (${those}), or ${NO_STYLE_ENCODER} for gradient descent`;
}

/** By generator, the run that finished last first. */
export async function styleEncodersOfCheckpoint(
  database: PrismaClient,
  checkpointIds: readonly string[],
): Promise<StyleEncoderRow[][]> {
  const rows = await styleEncodersFor(database, checkpointIds);
  return checkpointIds.map((id) => rows.filter((row) => row.generatorId === id));
}
