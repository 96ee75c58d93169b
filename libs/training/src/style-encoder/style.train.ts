/**
 * Trains a style encoder on the pictures of a frozen generator: what a step, a grid and an evaluation of it are; when
 * they happen is training.loop.ts'. Resumed equals uninterrupted to the bit, as for a GAN.
 */
import { styleEncoderChangeable, type StyleEncoderHyperparameters } from '@plumage/contract';
import { countParameters, disposeStyleTrainer, styleSpecs, trainStyleStep } from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import type { CheckpointModel } from '../checkpoint.format.ts';
import { defaultPrompts } from '../prompt.list.ts';
import { checkSameRun } from '../resume.rule.ts';
import { standardText } from '../text.standard.ts';
import type { TrainDependencies, TrainOutcome } from '../trainer.contract.ts';
import { runTraining, type TrainingTask } from '../training.loop.ts';
import { createStyleEvaluator, type StyleEvaluator } from './style.evaluation.ts';
import { openStyleGenerator, type StyleGenerator } from './style.generator.ts';
import { drawRocSamples, drawStyleGrid, type StyleGridPlan } from './style.grid.ts';
import { askStyle, describeQuestions, type StyleViews } from './style.questions.ts';
import { captureStyle, createStyleRun, inheritStyle, restoreStyle, type StyleRun } from './style.state.ts';

/** What a style encoder trains with: the dataset and captions of the generator's own run, and that generator. */
export interface StyleDependencies extends TrainDependencies {
  /** Read with readModel from the folder of `generator_checkpoint`. */
  generator: CheckpointModel;
}

const gridPrompts = 4;
/** Views that are asked about; more questions cost forward passes of S alone. */
const verificationViews = 300;

const identityOf = ({ dataset, embeddings }: StyleDependencies, { hash }: StyleGenerator) => ({
  datasetDigest: dataset.digest,
  encoderHash: embeddings.encoderHash,
  generatorHash: hash,
});

const planGrid = async (
  config: StyleEncoderHyperparameters,
  generator: StyleGenerator,
  deps: StyleDependencies,
  views: StyleViews,
): Promise<StyleGridPlan> => {
  const prompts = config.prompts.length > 0 ? config.prompts : defaultPrompts(deps.dataset, gridPrompts);
  const vectors = await deps.encodeText(prompts);
  const { textDim } = generator.config;
  return {
    pictures: views.pictures.slice(0, config.style_pictures),
    prompts,
    texts: prompts.map((_, i) =>
      standardText(generator.standard, vectors.subarray(i * textDim, (i + 1) * textDim)),
    ),
  };
};

/** One step. @returns the loss before it */
const step = async (run: StyleRun, generator: StyleGenerator, rate: number): Promise<number> => {
  const { text, itemIndexes } = await run.batches.next();
  const captions = tf.tensor2d(text, [itemIndexes.length, generator.config.textDim]);
  const loss = trainStyleStep(run.trainer, generator, captions, rate, run.noise);
  const [value = Number.NaN] = await loss.data();
  tf.dispose([loss, captions]);
  run.step++;
  return value;
};

const taskOf = (
  run: StyleRun,
  config: StyleEncoderHyperparameters,
  generator: StyleGenerator,
  deps: StyleDependencies,
  { grid, evaluator }: { grid: StyleGridPlan; evaluator: StyleEvaluator | null },
): TrainingTask => ({
  statistics: ['train/loss'],
  done: () => run.step,
  async step() {
    const values = [await step(run, generator, config.learning_rate)];
    return { values, rates: { lr: config.learning_rate } };
  },
  sample: () => drawStyleGrid(run.trainer, generator, grid, run.step),
  async evaluate() {
    if (!evaluator) return { values: {}, warnings: [] };
    const { values, verdicts } = await evaluator.evaluate(run.trainer);
    const samples = await drawRocSamples(verdicts, grid.prompts.length + 1, run.step);
    return { values, warnings: [], samples };
  },
  capture: (pending) => captureStyle(run, config, { ...identityOf(deps, generator), pending }),
});

const describeRun = (run: StyleRun, config: StyleEncoderHyperparameters, deps: StyleDependencies) => {
  const millions = (countParameters(styleSpecs(run.trainer.config)) / 1e6).toFixed(2);
  const { step: trained } = deps.generator.state;
  return `style encoder ${millions}M parameters, for the generator of ${config.generator_checkpoint} after ${trained} steps on ${deps.dataset.name}; steps ${run.step + 1} to ${config.steps}`;
};

/**
 * Trains until `config.steps`, or until it is told to stop or the loss is not finite.
 * @throws CheckpointMismatch, CheckpointCorrupt before the first step, when the generator does not fit the dataset
 * and the text encoder at hand or `resumeFrom` cannot be gone on from; whatever the reporter or the store throws
 */
export const trainStyleEncoder = async (
  config: StyleEncoderHyperparameters,
  deps: StyleDependencies,
): Promise<TrainOutcome> => {
  const generator = openStyleGenerator(deps.generator, deps);
  try {
    const { resumeFrom, inherits, reporter } = deps;
    if (resumeFrom) {
      const identity = { trainer: 'style-encoder', ...identityOf(deps, generator) } as const;
      checkSameRun(resumeFrom, config, identity, inherits ? styleEncoderChangeable : undefined);
    }
    const run = createStyleRun(config, generator, deps);
    try {
      if (resumeFrom && inherits) inheritStyle(run, resumeFrom, config);
      else if (resumeFrom) restoreStyle(run, resumeFrom);
      await reporter.message('info', describeRun(run, config, deps));
      const { verification_clusters: clusters, verification_pairs: pairs } = config;
      const views = askStyle(generator, deps, { views: verificationViews, clusters, pairs });
      await reporter.message('info', describeQuestions(views, clusters));
      const folds = config.verification_folds;
      const evaluator =
        config.eval_every > 0 ? await createStyleEvaluator(generator, deps, views, folds) : null;
      const grid = await planGrid(config, generator, deps, views);
      return await runTraining(taskOf(run, config, generator, deps, { grid, evaluator }), config, deps);
    } finally {
      await run.batches.close();
      disposeStyleTrainer(run.trainer);
    }
  } finally {
    generator.dispose();
  }
};
