/**
 * Trains a text encoder jointly with an image encoder: what a step and an evaluation of it are; when they happen is
 * training.loop.ts'. The rate falls by `lr_decay` every epoch; the reference counts as one epoch as many minibatches
 * as there are training classes (train_sje_hybrid.lua: iterations_per_epoch = loader.ntrain).
 */
import { textEncoderChangeable, type TextEncoderHyperparameters } from '@plumage/contract';
import type { Dataset } from '@plumage/data';
import {
  countParameters,
  disposeJointEmbedding,
  imageEncoderSpecs,
  imageSide,
  jointStatistics,
  oneHotTexts,
  textEncoderSpecs,
  trainJointEmbedding,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import { checkSameRun } from '../resume.rule.ts';
import type { LoopDependencies, TrainOutcome } from '../trainer.contract.ts';
import { runTraining, type TrainingTask } from '../training.loop.ts';
import {
  capture,
  createTextEncoderState,
  inherit,
  restore,
  textEncoderConfigOf,
  type TextEncoderState,
} from './text-encoder.state.ts';
import { createZeroShotEvaluator } from './zero-shot.evaluation.ts';

export interface TextEncoderDependencies extends LoopDependencies {
  dataset: Dataset;
}

/**
 * The rate of the next step. It rises over the first `lr_warmup` steps: RMSprop's mean squares start at 0 and are not
 * corrected for it, so that its first step is ten times the rate, which can end every ReLU of a narrow network.
 * @param done steps before
 * @param groups of the training split
 */
export const rateAt = (config: TextEncoderHyperparameters, done: number, groups: number): number => {
  const rise = Math.min(1, (done + 1) / Math.max(1, config.lr_warmup));
  return (
    config.learning_rate * rise * config.lr_decay ** Math.floor(done / (config.lr_decay_every ?? groups))
  );
};

const describeRun = (
  { step, groups: count }: TextEncoderState,
  config: TextEncoderHyperparameters,
  { dataset }: TextEncoderDependencies,
): string => {
  const networks = textEncoderConfigOf(config);
  const millions = (specs: ReturnType<typeof textEncoderSpecs>) => (countParameters(specs) / 1e6).toFixed(2);
  const sizes = `text encoder ${millions(textEncoderSpecs(networks))}M, image encoder ${millions(imageEncoderSpecs(networks))}M parameters`;
  const items = dataset.items.filter(({ split }) => split === 'train').length;
  const groups = `${count} ${config.distinct === 'class' ? 'classes' : 'instances'}`;
  return `${sizes}; ${items} training pictures of ${groups} of ${dataset.name}; steps ${step + 1} to ${config.steps}`;
};

/** One step. @returns jointStatistics' values */
const takeStep = async (run: TextEncoderState, rate: number): Promise<Float32Array> => {
  const { images, captions } = await run.batches.next();
  const batch = {
    images: tf.tensor4d(images, [captions.length, imageSide, imageSide, 3]),
    texts: oneHotTexts(captions),
  };
  const statistics = trainJointEmbedding(run.model, batch, rate);
  const values = new Float32Array(await statistics.data());
  tf.dispose([statistics, batch.images, batch.texts]);
  run.step++;
  return values;
};

const taskOf = (
  run: TextEncoderState,
  config: TextEncoderHyperparameters,
  { dataset }: TextEncoderDependencies,
): TrainingTask => {
  const evaluator = config.eval_every > 0 ? createZeroShotEvaluator(dataset) : null;
  return {
    statistics: jointStatistics,
    done: () => run.step,
    async step() {
      const rate = rateAt(config, run.step, run.groups);
      return { values: await takeStep(run, rate), rates: { lr: rate } };
    },
    evaluate: async () => ({ values: (await evaluator?.evaluate(run.model)) ?? {}, warnings: [] }),
    capture: (pending) => capture(run, config, { datasetDigest: dataset.digest, pending }),
  };
};

/**
 * Trains until `config.steps`, or until it is told to stop or the loss is not finite.
 * @throws CheckpointMismatch, CheckpointCorrupt before the first step, when `resumeFrom` cannot be gone on from;
 * DatasetError when there are fewer classes (instances) than rows; whatever the reporter or the store throws
 */
export const trainTextEncoder = async (
  config: TextEncoderHyperparameters,
  deps: TextEncoderDependencies,
): Promise<TrainOutcome> => {
  const { resumeFrom, inherits, dataset } = deps;
  if (resumeFrom) {
    const identity = { trainer: 'text-encoder', datasetDigest: dataset.digest } as const;
    checkSameRun(resumeFrom, config, identity, inherits ? textEncoderChangeable : undefined);
  }
  const run = createTextEncoderState(config, dataset);
  try {
    if (resumeFrom && inherits) inherit(run, resumeFrom, config);
    else if (resumeFrom) restore(run, resumeFrom);
    await deps.reporter.message('info', describeRun(run, config, deps));
    return await runTraining(taskOf(run, config, deps), config, deps);
  } finally {
    await run.batches.close();
    disposeJointEmbedding(run.model);
  }
};
