/**
 * The moving parts of a run, between checkpoints: networks, optimisers, generators of chance and the batch stream.
 * `capture` copies them out to plain arrays, `restore` puts them back; nothing else is carried from step to step.
 */
import {
  changeableWhileTraining,
  createRng,
  type Hyperparameters,
  type Rng,
  restoreRng,
} from '@plumage/contract';
import { type Batches, type CaptionEmbeddings, createBatches, type Dataset } from '@plumage/data';
import { createGanCls, type GanCls, type ModelConfig, type Network } from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import { CheckpointCorrupt, CheckpointMismatch } from './checkpoint.error.ts';
import type { Checkpoint, CheckpointState } from './checkpoint.format.ts';
import type { NamedArray } from './safetensors.codec.ts';
import type { TextStandard } from './text.standard.ts';

export interface RunState {
  step: number;
  readonly gan: GanCls;
  noise: Rng;
  readonly batches: Batches;
  /** What the texts were standardised by: not moving, but a reader of the model needs it. */
  readonly standard: TextStandard;
}

export const modelConfigOf = (config: Hyperparameters, textDim: number): ModelConfig => ({
  textDim,
  projectionDim: config.projection_dim,
  noiseDim: config.noise_dim,
  generatorWidth: config.generator_width,
  discriminatorWidth: config.discriminator_width,
  variant: config.variant,
  activationQuirk: config.activation_quirk,
});

/** A run at step 0, with standardised embeddings. Initial weights, noise and batches each have a stream of chance of their own. */
export const createRunState = (
  config: Hyperparameters,
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  standard: TextStandard,
): RunState => ({
  step: 0,
  standard,
  gan: createGanCls(
    modelConfigOf(config, embeddings.dimension),
    createRng(config.seed, 'weights'),
    config.beta1,
  ),
  noise: createRng(config.seed, 'noise'),
  batches: createBatches(dataset, embeddings, {
    split: 'train',
    batchSize: config.batch_size,
    rng: createRng(config.seed, 'batches'),
    augment: {
      flip: config.augment_flip,
      crop: config.augment_crop,
      background: config.augment_background,
    },
    captionsPerImage: config.captions_per_image,
    paired: config.pairing,
  }),
});

const networksOf = ({ generator, discriminator, average }: GanCls): Record<string, Network> => ({
  generator,
  discriminator,
  average,
});

/** All variables of the model by checkpoint name. */
const variablesOf = (gan: GanCls): Map<string, tf.Variable> =>
  new Map(
    Object.entries(networksOf(gan)).flatMap(([prefix, { params, running }]) =>
      Object.entries({ ...params, ...running }).map(([name, variable]): [string, tf.Variable] => [
        `${prefix}/${name}`,
        variable,
      ]),
    ),
  );

const copyOut = async (tensor: tf.Tensor): Promise<NamedArray> => ({
  shape: tensor.shape,
  data: new Float32Array(await tensor.data()),
});

const optimizersOf = ({ generatorAdam, discriminatorAdam }: GanCls) =>
  ({ generator: generatorAdam, discriminator: discriminatorAdam }) as const;

export const capture = async (
  { step, gan, noise, batches, standard }: RunState,
  config: Hyperparameters,
  surroundings: Pick<CheckpointState, 'datasetDigest' | 'encoderHash' | 'pending'>,
): Promise<Checkpoint> => {
  const model = new Map<string, NamedArray>([
    ['text/mean', { shape: [standard.mean.length], data: standard.mean }],
    ['text/scale', { shape: [1], data: Float32Array.of(standard.scale) }],
  ]);
  for (const [name, variable] of variablesOf(gan)) model.set(name, await copyOut(variable));
  const optimizer = new Map<string, NamedArray>();
  for (const [prefix, adam] of Object.entries(optimizersOf(gan))) {
    for (const [name, moments] of Object.entries(adam.state().moments)) {
      optimizer.set(`${prefix}/${name}.first`, await copyOut(moments.first));
      optimizer.set(`${prefix}/${name}.second`, await copyOut(moments.second));
    }
  }
  return {
    state: {
      format: 1,
      step,
      updates: {
        generator: gan.generatorAdam.state().steps,
        discriminator: gan.discriminatorAdam.state().steps,
      },
      noise: noise.state(),
      batches: batches.state(),
      config: { ...config },
      ...surroundings,
    },
    model,
    optimizer,
  };
};

/** @throws CheckpointCorrupt when the array is missing or of another shape */
export const valuesOf = (
  arrays: ReadonlyMap<string, NamedArray>,
  name: string,
  shape: readonly number[],
): Float32Array => {
  const found = arrays.get(name);
  if (!found) throw new CheckpointCorrupt(name, 'the tensor is missing');
  if (found.shape.join() !== shape.join()) {
    throw new CheckpointCorrupt(name, `expected shape [${shape.join()}], found [${found.shape.join()}]`);
  }
  return found.data;
};

const take = (arrays: ReadonlyMap<string, NamedArray>, name: string, shape: readonly number[]): tf.Tensor =>
  tf.tensor(valuesOf(arrays, name, shape), [...shape], 'float32');

/** Puts a checkpoint's values into a fresh state of the same configuration. @throws CheckpointCorrupt */
export const restore = (run: RunState, { state, model, optimizer }: Checkpoint): void => {
  tf.tidy(() => {
    for (const [name, variable] of variablesOf(run.gan)) variable.assign(take(model, name, variable.shape));
    const networks = networksOf(run.gan);
    for (const [prefix, adam] of Object.entries(optimizersOf(run.gan))) {
      const moments: Record<string, { first: tf.Tensor; second: tf.Tensor }> = {};
      const steps = state.updates[prefix as keyof typeof state.updates];
      for (const [name, { shape }] of Object.entries(steps > 0 ? (networks[prefix]?.params ?? {}) : {})) {
        moments[name] = {
          first: take(optimizer, `${prefix}/${name}.first`, shape),
          second: take(optimizer, `${prefix}/${name}.second`, shape),
        };
      }
      adam.restore({ steps, moments });
    }
  });
  run.step = state.step;
  run.noise = restoreRng(state.noise);
  run.batches.restore(state.batches);
};

/**
 * Puts another run's checkpoint into a fresh state of this configuration: weights, moments and averages are copied to
 * the bit, chance and the data's cursor go on where they stood, so that copies of one checkpoint differ by their
 * hyperparameters alone, and a copy that changes none is the run that it copies, gone on. Only with another seed do
 * noise and batches take streams of that seed and step. @throws CheckpointCorrupt
 */
export const inherit = (run: RunState, checkpoint: Checkpoint, config: Hyperparameters): void => {
  restore(run, checkpoint);
  const { step, batches, config: former } = checkpoint.state;
  if (former['seed'] === config.seed) return;
  run.noise = createRng(config.seed, `noise from step ${step}`);
  run.batches.restore({
    rng: createRng(config.seed, `batches from step ${step}`).state(),
    drawn: batches.drawn,
  });
};

/** Keys that may differ between a checkpoint and the run that goes on from it: they shape no number of a step. */
const free: ReadonlySet<string> = new Set([
  'preset',
  'steps',
  'log_every',
  'sample_every',
  'eval_every',
  'checkpoint_every',
  'prompts',
  'prompt_seeds',
  'dataset_path',
]);

const freeWhileInheriting: ReadonlySet<string> = new Set([...free, ...changeableWhileTraining]);

/** @throws CheckpointMismatch naming every key in which the checkpoint's run was another one */
export const checkSameRun = (
  { state }: Checkpoint,
  config: Hyperparameters,
  data: { datasetDigest: string; encoderHash: string },
  inherits = false,
): void => {
  const mayDiffer = inherits ? freeWhileInheriting : free;
  const plain: Record<string, unknown> = { ...config };
  const differences = [...new Set([...Object.keys(plain), ...Object.keys(state.config)])]
    .filter((key) => !mayDiffer.has(key) && JSON.stringify(plain[key]) !== JSON.stringify(state.config[key]))
    .map((key) => `${key} was ${JSON.stringify(state.config[key])}, is ${JSON.stringify(plain[key])}`);
  if (state.datasetDigest !== data.datasetDigest) differences.push('the dataset has another digest');
  if (state.encoderHash !== data.encoderHash) differences.push('the text encoder has other weights');
  if (differences.length > 0) throw new CheckpointMismatch(differences, inherits);
};
