/**
 * Two captions of each picture, as for COCO (main_txt_coco.lua): the text encoder alone, by the one-way loss. No picture
 * is drawn, so that there is nothing for a thread to do ahead, and the checkpoint has no image side.
 */
import { createRng, type TextEncoderHyperparameters } from '@plumage/contract';
import { createCaptionPairPlanner, type Dataset, openBatchStream } from '@plumage/data';
import {
  captionStatistics,
  countParameters,
  createCaptionEmbedding,
  disposeCaptionEmbedding,
  oneHotTexts,
  type OptimizerChoice,
  type TextEncoderConfig,
  textEncoderSpecs,
  trainCaptionPairs,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import { createCaptionEvaluator } from './caption.evaluation.ts';
import type { Objective } from './objective.ts';

/** @throws DatasetError when fewer classes (instances) than rows have an item with two captions */
export const openCaptionPairs = (
  config: TextEncoderHyperparameters,
  dataset: Dataset,
  { shape, optimizer }: { shape: TextEncoderConfig; optimizer: OptimizerChoice },
): Objective => {
  const { groups, leftOut, plan } = createCaptionPairPlanner(dataset, {
    split: 'train',
    batchSize: config.batch_size,
    distinct: config.distinct,
  });
  const batches = openBatchStream(dataset, plan, createRng(config.seed, 'batches'));
  const model = createCaptionEmbedding(shape, createRng(config.seed, 'weights'), optimizer);
  const evaluator = config.eval_every > 0 ? createCaptionEvaluator(dataset) : null;
  return {
    networks: { text: model.text },
    optimizers: { text: model.textOptimizer },
    batches,
    groups,
    statistics: captionStatistics,
    sizes: `text encoder ${(countParameters(textEncoderSpecs(shape)) / 1e6).toFixed(2)}M parameters, on captions alone`,
    unused: leftOut > 0 ? `${leftOut} pictures with a single caption are left out` : '',
    async step(learningRate) {
      const { captions, otherCaptions } = await batches.next();
      const pairs = { first: oneHotTexts(captions), second: oneHotTexts(otherCaptions) };
      const statistics = trainCaptionPairs(model, pairs, learningRate);
      tf.dispose([pairs.first, pairs.second]);
      return statistics;
    },
    evaluate: async () => (await evaluator?.evaluate(model)) ?? {},
    async close() {
      await batches.close();
      disposeCaptionEmbedding(model);
    },
  };
};
