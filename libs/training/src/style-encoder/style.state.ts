/** The moving parts of a style encoder's run, and how a checkpoint holds them: network `style`, its Adam, chance, data. */
import { createRng, type Rng, restoreRng, type StyleEncoderHyperparameters } from '@plumage/contract';
import { type Batches, createBatches } from '@plumage/data';
import { createStyleTrainer, type StyleConfig, type StyleTrainer } from '@plumage/model';
import { CheckpointCorrupt } from '../checkpoint.error.ts';
import type { Checkpoint, CheckpointState } from '../checkpoint.format.ts';
import { captureAdams, captureNetworks, restoreAdams, restoreNetworks } from '../checkpoint.tensors.ts';
import { standardEmbeddings } from '../text.standard.ts';
import type { TrainDependencies } from '../trainer.contract.ts';
import type { StyleGenerator } from './style.generator.ts';

export interface StyleRun {
  step: number;
  readonly trainer: StyleTrainer;
  noise: Rng;
  /** Where captions come from, as the generator's own training drew them. */
  readonly batches: Batches;
}

export const styleConfigOf = (config: StyleEncoderHyperparameters, noiseDim: number): StyleConfig => ({
  noiseDim,
  width: config.width,
  activationQuirk: config.activation_quirk,
});

/** What the captions of some pictures are, standardised as the generator knows them. */
export const captionBatches = (
  { told, standard }: Pick<StyleGenerator, 'told' | 'standard'>,
  { dataset, embeddings }: Pick<TrainDependencies, 'dataset' | 'embeddings'>,
  options: {
    split: 'train' | 'validation';
    batchSize: number;
    rng: Rng;
    background?: typeof told.augment_background;
  },
): Batches =>
  createBatches(dataset, standardEmbeddings(embeddings, standard), {
    split: options.split,
    batchSize: options.batchSize,
    rng: options.rng,
    augment: { flip: false, crop: false, background: options.background ?? 'white' },
    captionsPerImage: told.captions_per_image,
    captionsReplacement: told.captions_replacement ?? true,
    paired: 'instance',
  });

/** A run at step 0. Weights, noise and captions each have a stream of chance of their own. */
export const createStyleRun = (
  config: StyleEncoderHyperparameters,
  generator: StyleGenerator,
  data: Pick<TrainDependencies, 'dataset' | 'embeddings'>,
): StyleRun => ({
  step: 0,
  trainer: createStyleTrainer(
    styleConfigOf(config, generator.config.noiseDim),
    createRng(config.seed, 'style weights'),
    config.beta1,
  ),
  noise: createRng(config.seed, 'style noise'),
  batches: captionBatches(generator, data, {
    split: 'train',
    batchSize: config.batch_size,
    rng: createRng(config.seed, 'style captions'),
  }),
});

export const captureStyle = async (
  { step, trainer, noise, batches }: StyleRun,
  config: StyleEncoderHyperparameters,
  surroundings: Pick<CheckpointState, 'datasetDigest' | 'encoderHash' | 'generatorHash' | 'pending'>,
): Promise<Checkpoint> => ({
  state: {
    format: 1,
    trainer: 'style-encoder',
    step,
    updates: { style: trainer.adam.state().steps },
    noise: noise.state(),
    batches: batches.state(),
    config: { ...config },
    ...surroundings,
  },
  model: await captureNetworks({ style: trainer.encoder }),
  optimizer: await captureAdams({ style: trainer.adam }),
});

/** Puts a checkpoint's values into a fresh run of the same configuration. @throws CheckpointCorrupt */
export const restoreStyle = (run: StyleRun, { state, model, optimizer }: Checkpoint): void => {
  const networks = { style: run.trainer.encoder };
  restoreNetworks(networks, model);
  restoreAdams({ style: run.trainer.adam }, networks, state.updates, optimizer);
  if (!state.noise) throw new CheckpointCorrupt('state.json', "the noise's generator of chance is missing");
  run.step = state.step;
  run.noise = restoreRng(state.noise);
  run.batches.restore(state.batches);
};

/** As restoreStyle from another run's; with another seed chance goes on by that. @throws CheckpointCorrupt */
export const inheritStyle = (
  run: StyleRun,
  checkpoint: Checkpoint,
  { seed }: StyleEncoderHyperparameters,
): void => {
  restoreStyle(run, checkpoint);
  const { step, batches, config } = checkpoint.state;
  if (config['seed'] === seed) return;
  run.noise = createRng(seed, `style noise from step ${step}`);
  const rng = createRng(seed, `style captions from step ${step}`).state();
  run.batches.restore({ rng, drawn: batches.drawn });
};
