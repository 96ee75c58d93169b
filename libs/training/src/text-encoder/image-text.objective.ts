/** Pictures and their captions: the text encoder beside an image encoder, by the symmetric joint embedding loss. */
import { createRng, type TextEncoderHyperparameters } from '@plumage/contract';
import { createDistinctPlanner, type Dataset, openBatchStream } from '@plumage/data';
import {
  countParameters,
  createJointEmbedding,
  disposeJointEmbedding,
  imageEncoderSpecs,
  imageSide,
  jointStatistics,
  oneHotTexts,
  type OptimizerChoice,
  type TextEncoderConfig,
  textEncoderSpecs,
  trainJointEmbedding,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import type { Objective } from './objective.ts';
import { createZeroShotEvaluator } from './zero-shot.evaluation.ts';

/** @throws DatasetError when there are fewer classes (instances) than rows */
export const openImageText = (
  config: TextEncoderHyperparameters,
  dataset: Dataset,
  { shape, optimizer }: { shape: TextEncoderConfig; optimizer: OptimizerChoice },
): Objective => {
  const { groups, plan } = createDistinctPlanner(dataset, {
    split: 'train',
    batchSize: config.batch_size,
    augment: {
      flip: config.augment_flip,
      crop: config.augment_crop,
      background: config.augment_background,
    },
    distinct: config.distinct,
  });
  const batches = openBatchStream(dataset, plan, createRng(config.seed, 'batches'));
  const model = createJointEmbedding(shape, createRng(config.seed, 'weights'), optimizer);
  const evaluator = config.eval_every > 0 ? createZeroShotEvaluator(dataset) : null;
  const millions = (specs: ReturnType<typeof textEncoderSpecs>) => (countParameters(specs) / 1e6).toFixed(2);
  return {
    networks: { text: model.text, image: model.image },
    optimizers: { text: model.textOptimizer, image: model.imageOptimizer },
    batches,
    groups,
    statistics: jointStatistics,
    sizes: `text encoder ${millions(textEncoderSpecs(shape))}M, image encoder ${millions(imageEncoderSpecs(shape))}M parameters`,
    unused: '',
    async step(learningRate) {
      const { images, captions } = await batches.next();
      const batch = {
        images: tf.tensor4d(images, [captions.length, imageSide, imageSide, 3]),
        texts: oneHotTexts(captions),
      };
      const statistics = trainJointEmbedding(model, batch, learningRate);
      tf.dispose([batch.images, batch.texts]);
      return statistics;
    },
    evaluate: async () => (await evaluator?.evaluate(model)) ?? {},
    async close() {
      await batches.close();
      disposeJointEmbedding(model);
    },
  };
};
