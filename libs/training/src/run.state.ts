/**
 * The moving parts of a run, between checkpoints: networks, optimisers, generators of chance and the batch stream.
 * `capture` copies them out to plain arrays, `restore` puts them back; nothing else is carried from step to step.
 */
import { createRng, type Hyperparameters, type Rng, restoreRng } from '@plumage/contract';
import {
  type Batch,
  type BatchStream,
  type CaptionEmbeddings,
  createPairPlanner,
  type Dataset,
  openBatchStream,
} from '@plumage/data';
import { createGanCls, type GanCls, type ModelConfig } from '@plumage/model';
import { CheckpointCorrupt } from './checkpoint.error.ts';
import type { Checkpoint, CheckpointState } from './checkpoint.format.ts';
import { captureAdams, captureNetworks, restoreAdams, restoreNetworks } from './checkpoint.tensors.ts';
import type { TextStandard } from './text.standard.ts';

export interface RunState {
  step: number;
  readonly gan: GanCls;
  noise: Rng;
  readonly batches: BatchStream<Batch>;
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
  spectralNorm: config.spectral_norm,
});

/** A run at step 0, with standardised embeddings. Initial weights, noise and batches each have a stream of chance of their own. */
export const createRunState = (
  config: Hyperparameters,
  dataset: Dataset,
  embeddings: CaptionEmbeddings,
  standard: TextStandard,
): RunState => {
  const plan = createPairPlanner(dataset, embeddings, {
    split: 'train',
    batchSize: config.batch_size,
    augment: {
      flip: config.augment_flip,
      crop: config.augment_crop,
      background: config.augment_background,
    },
    captionsPerImage: config.captions_per_image,
    captionsReplacement: config.captions_replacement ?? true,
    paired: config.pairing,
  });
  return {
    step: 0,
    standard,
    gan: createGanCls(
      modelConfigOf(config, embeddings.dimension),
      createRng(config.seed, 'weights'),
      config.beta1,
    ),
    noise: createRng(config.seed, 'noise'),
    batches: openBatchStream(dataset, plan, createRng(config.seed, 'batches')),
  };
};

const networksOf = ({ generator, discriminator, average }: GanCls) => ({ generator, discriminator, average });

const optimizersOf = ({ generatorAdam, discriminatorAdam }: GanCls) => ({
  generator: generatorAdam,
  discriminator: discriminatorAdam,
});

export const capture = async (
  { step, gan, noise, batches, standard }: RunState,
  config: Hyperparameters,
  surroundings: Pick<CheckpointState, 'datasetDigest' | 'encoderHash' | 'pending'>,
): Promise<Checkpoint> => {
  const model = await captureNetworks(networksOf(gan));
  model.set('text/mean', { shape: [standard.mean.length], data: standard.mean });
  model.set('text/scale', { shape: [1], data: Float32Array.of(standard.scale) });
  return {
    state: {
      format: 1,
      trainer: 'gan-cls',
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
    optimizer: await captureAdams(optimizersOf(gan)),
  };
};

/** Puts a checkpoint's values into a fresh state of the same configuration. @throws CheckpointCorrupt */
export const restore = (run: RunState, { state, model, optimizer }: Checkpoint): void => {
  const networks = networksOf(run.gan);
  restoreNetworks(networks, model);
  restoreAdams(optimizersOf(run.gan), networks, state.updates, optimizer);
  if (!state.noise) throw new CheckpointCorrupt('state.json', "the noise's generator of chance is missing");
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
