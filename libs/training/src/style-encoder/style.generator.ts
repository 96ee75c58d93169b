/**
 * The generator that a style encoder inverts: read from a checkpoint of a GAN, frozen, and only together with the
 * dataset and the text encoder that it was trained with. Anything else would train S on pictures of captions that the
 * generator reads as noise, and no figure would say so.
 */
import { createHash } from 'node:crypto';
import { hyperparameters, type Hyperparameters } from '@plumage/contract';
import type { CaptionEmbeddings, Dataset } from '@plumage/data';
import { CheckpointMismatch } from '../checkpoint.error.ts';
import type { CheckpointModel } from '../checkpoint.format.ts';
import { checkTrainer } from '../resume.rule.ts';
import { openGenerator, type RenderGenerator } from '../render.generator.ts';

export interface StyleGenerator extends RenderGenerator {
  /** What its own run was told. */
  readonly told: Hyperparameters;
  readonly hash: string;
}

/**
 * sha256 (hex) over everything that its pictures depend on: the averaged weights and the texts' standard. Two
 * checkpoints of one run have two.
 */
export const generatorHashOf = ({ model }: CheckpointModel): string => {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of [...model].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!name.startsWith('average/') && !name.startsWith('text/')) continue;
    hash.update(`${name} ${shape.join()}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
};

/** What must be the generator's own. */
export interface GeneratorData {
  readonly dataset: Pick<Dataset, 'digest' | 'name'>;
  readonly embeddings: Pick<CaptionEmbeddings, 'encoderHash'>;
}

/** @throws CheckpointMismatch when the checkpoint is of another dataset or text encoder than those at hand */
export const checkGeneratorFits = (
  { state }: Pick<CheckpointModel, 'state'>,
  { dataset, embeddings }: GeneratorData,
): void => {
  const differences: string[] = [];
  if (state.datasetDigest !== dataset.digest) {
    const found = `${dataset.name} with digest ${dataset.digest}`;
    differences.push(`its dataset has digest ${state.datasetDigest}, the one at hand is ${found}`);
  }
  if (state.encoderHash !== embeddings.encoderHash) {
    const found = embeddings.encoderHash;
    differences.push(`its text encoder has weights ${state.encoderHash}, the one at hand ${found}`);
  }
  if (differences.length === 0) return;
  throw new CheckpointMismatch(differences.map((difference) => `generator_checkpoint: ${difference}`));
};

/** @throws CheckpointMismatch when the checkpoint is no GAN's, or as checkGeneratorFits; CheckpointCorrupt */
export const openStyleGenerator = (checkpoint: CheckpointModel, data: GeneratorData): StyleGenerator => {
  checkTrainer(checkpoint, 'gan-cls');
  checkGeneratorFits(checkpoint, data);
  const generator = openGenerator(checkpoint);
  return {
    ...generator,
    told: hyperparameters.parse(checkpoint.state.config),
    hash: generatorHashOf(checkpoint),
  };
};
