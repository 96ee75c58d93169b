/** The moving parts of a style encoder's run, and how a checkpoint holds them: network `style`, its Adam, chance, data. */
import { createRng, type Rng, restoreRng, type StyleEncoderHyperparameters } from '@plumage/contract';
import {
  type Batch,
  type Batches,
  type BatchStream,
  createBatches,
  createTextPlanner,
  openBatchStream,
  type PairOptions,
  type TextBatch,
} from '@plumage/data';
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
  /**
   * Where captions come from, as the generator's own training drew them. They are all that a step takes from the data (its
   * pictures are the generator's), so that nothing is drawn and no thread has anything to do ahead.
   */
  readonly batches: BatchStream<TextBatch>;
}

export const styleConfigOf = (config: StyleEncoderHyperparameters, noiseDim: number): StyleConfig => ({
  noiseDim,
  width: config.width,
  activationQuirk: config.activation_quirk,
});

interface CaptionOptions {
  split: 'train' | 'validation';
  batchSize: number;
  background?: StyleGenerator['told']['augment_background'];
}

const pairOptions = (
  { told }: Pick<StyleGenerator, 'told'>,
  { split, batchSize, background = 'white' }: CaptionOptions,
): PairOptions => ({
  split,
  batchSize,
  augment: { flip: false, crop: false, background },
  captionsPerImage: told.captions_per_image,
  captionsReplacement: told.captions_replacement ?? true,
  paired: 'instance',
});

/** What the captions of some pictures are, standardised as the generator knows them, beside the pictures. */
export const captionBatches = (
  generator: Pick<StyleGenerator, 'told' | 'standard'>,
  { dataset, embeddings }: Pick<TrainDependencies, 'dataset' | 'embeddings'>,
  { rng, ...options }: CaptionOptions & { rng: Rng },
): Batches<Batch> =>
  createBatches(dataset, standardEmbeddings(embeddings, generator.standard), {
    ...pairOptions(generator, options),
    rng,
  });

const captionStream = (
  generator: StyleGenerator,
  { dataset, embeddings }: Pick<TrainDependencies, 'dataset' | 'embeddings'>,
  { seed, batch_size: batchSize }: StyleEncoderHyperparameters,
): BatchStream<TextBatch> => {
  const options = pairOptions(generator, { split: 'train', batchSize });
  const plan = createTextPlanner(dataset, standardEmbeddings(embeddings, generator.standard), options);
  return openBatchStream(dataset, plan, createRng(seed, 'style captions'));
};

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
  batches: captionStream(generator, data, config),
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
