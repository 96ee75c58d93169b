/**
 * Weights that another program trained (tools/pytorch) as a checkpoint that a run can start from. A checkpoint is more
 * than weights: configuration, data, text encoder and how its vectors were standardised. All of that is taken from a
 * checkpoint of a run on the data at hand, one step of which is enough; the weights must fit it.
 */
import { createRng } from '@plumage/contract';
import { CheckpointCorrupt, CheckpointMismatch } from './checkpoint.error.ts';
import type { Checkpoint } from './checkpoint.format.ts';
import { valuesOf } from './checkpoint.tensors.ts';
import { checkTrainer } from './resume.rule.ts';
import type { NamedArray } from './safetensors.codec.ts';

/** How far apart two numbers of a text standard may be: both are float32 sums over a dataset. */
const closeness = 1e-5;

/** Networks trained on texts of another scale or centre would read these texts wrongly. */
const checkStandard = (like: Checkpoint, weights: ReadonlyMap<string, NamedArray>): void => {
  for (const name of ['text/mean', 'text/scale']) {
    const expected = like.model.get(name);
    if (!expected || !weights.has(name)) continue;
    const found = valuesOf(weights, name, expected.shape);
    const apart = found.some((value, i) => Math.abs(value - (expected.data[i] ?? 0)) > closeness);
    if (apart) throw new CheckpointMismatch([`${name} is of other texts or of another text encoder`]);
  }
};

/** The averaged generator may be left out: then it is the generator. */
const averaged = (weights: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> => {
  const all = new Map(weights);
  if ([...weights.keys()].some((name) => name.startsWith('average/'))) return all;
  for (const [name, array] of weights)
    if (name.startsWith('generator/')) all.set(name.replace('generator/', 'average/'), array);
  return all;
};

/**
 * @param like a GAN's checkpoint: everything but the weights
 * @param weights by the names of model.safetensors; text/mean and text/scale are compared where they are given
 * @returns a checkpoint of step 0 with fresh optimisers and the chance that the configuration's seed starts with
 * @throws CheckpointCorrupt naming a tensor that is missing, of another shape, or not of this model;
 * CheckpointMismatch when `like` is no GAN's or the texts were standardised otherwise
 */
export const importWeights = (like: Checkpoint, weights: ReadonlyMap<string, NamedArray>): Checkpoint => {
  checkTrainer(like, 'gan-cls');
  checkStandard(like, weights);
  const given = averaged(weights);
  for (const name of given.keys())
    if (!like.model.has(name)) throw new CheckpointCorrupt(name, 'the model has no such tensor');
  const model = new Map(
    [...like.model].map(([name, { shape, data }]): [string, NamedArray] => [
      name,
      { shape, data: name.startsWith('text/') ? data : valuesOf(given, name, shape) },
    ]),
  );
  const seed = Number(like.state.config['seed'] ?? 1);
  return {
    state: {
      ...like.state,
      step: 0,
      updates: { generator: 0, discriminator: 0 },
      noise: createRng(seed, 'noise').state(),
      batches: { rng: createRng(seed, 'batches').state(), drawn: 0 },
      pending: { steps: 0, sums: [] },
    },
    model,
    optimizer: new Map(),
  };
};
