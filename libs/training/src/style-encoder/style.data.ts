/**
 * Opens what a style encoder trains on: the generator out of the folder of `generator_checkpoint`, and the dataset and
 * text encoder that its own run was told, which nothing else could replace.
 */
import { hyperparameters, type StyleEncoderHyperparameters } from '@plumage/contract';
import { CheckpointCorrupt, CheckpointMismatch } from '../checkpoint.error.ts';
import { readModel } from '../checkpoint.store.ts';
import { checkTrainer } from '../resume.rule.ts';
import { openTrainingData, type TrainingData, type TrainingDataOptions } from '../training.data.ts';
import { checkGeneratorFits } from './style.generator.ts';
import type { StyleDependencies } from './style.train.ts';

export type StyleEncoderData = TrainingData & Pick<StyleDependencies, 'generator'>;

/**
 * @throws DatasetError as openTrainingData; CheckpointMismatch when no generator is handed over, it is none, or the
 * data at hand is not what it was trained on; CheckpointCorrupt
 */
export const openStyleEncoderData = async (
  config: StyleEncoderHyperparameters,
  options: TrainingDataOptions,
): Promise<StyleEncoderData> => {
  const folder = options.inputs?.['generator_checkpoint'];
  if (folder === undefined) {
    throw new CheckpointMismatch([
      `generator_checkpoint: no folder is given for ${config.generator_checkpoint}`,
    ]);
  }
  const generator = await readModel(folder);
  checkTrainer(generator, 'gan-cls');
  const told = hyperparameters.safeParse({
    ...generator.state.config,
    // What the generator was evaluated with is not needed here.
    eval_encoder_checkpoint: undefined,
    ...(config.dataset_path === undefined ? {} : { dataset_path: config.dataset_path }),
  });
  if (!told.success) {
    const [issue] = told.error.issues;
    throw new CheckpointCorrupt(
      `${folder}/state.json`,
      `config.${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    );
  }
  const data = await openTrainingData(told.data, options);
  checkGeneratorFits(generator, data);
  return { ...data, generator };
};
