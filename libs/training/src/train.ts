/**
 * Trains a GAN-CLS: what a step, a picture grid and an evaluation of it are; when they happen is training.loop.ts'.
 * One run at a time in a process; everything it touches is in RunState.
 */
import { changeableWhileTraining, type Hyperparameters } from '@plumage/contract';
import type { Batch } from '@plumage/data';
import {
  augmentations,
  countParameters,
  discriminatorSpecs,
  disposeGanCls,
  generatorSpecs,
  imageSide,
  type Levers,
  type StepSettings,
  statisticsOf,
  trainStep,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import { createCollapseAlarm } from './collapse.alarm.ts';
import { createEvaluator, type Evaluator } from './evaluation/evaluator.ts';
import { defaultPrompts } from './prompt.list.ts';
import { checkSameRun } from './resume.rule.ts';
import { capture, createRunState, inherit, type RunState, restore } from './run.state.ts';
import { drawGrid, type GridPlan } from './sample.grid.ts';
import { standardEmbeddings, standardText, type TextStandard, textStandardOf } from './text.standard.ts';
import type { TrainDependencies, TrainOutcome } from './trainer.contract.ts';
import { runTraining, type TrainingTask } from './training.loop.ts';

const defaultPromptCount = 8;

const identityOf = ({ dataset, embeddings }: TrainDependencies) => ({
  datasetDigest: dataset.digest,
  encoderHash: embeddings.encoderHash,
});

const planGrid = async (
  config: Hyperparameters,
  deps: TrainDependencies,
  standard: TextStandard,
): Promise<GridPlan> => {
  const prompts =
    config.prompts.length > 0 ? config.prompts : defaultPrompts(deps.dataset, defaultPromptCount);
  const vectors = await deps.encodeText(prompts);
  const { dimension } = deps.embeddings;
  return {
    prompts,
    texts: prompts.map((_, i) =>
      standardText(standard, vectors.subarray(i * dimension, (i + 1) * dimension)),
    ),
    seeds: config.prompt_seeds,
  };
};

/** The levers that a configuration pulls; `diff_augment` is a policy such as `colour+cutout`. */
const leversOf = (config: Hyperparameters): Levers => ({
  adversarial: config.gan_loss,
  r1Weight: config.r1_penalty,
  r1Every: config.r1_every,
  augmentations: augmentations.filter((kind) => config.diff_augment.split('+').includes(kind)),
  featureMatching: config.feature_matching,
  pixelDistance: config.l1_weight,
});

/** What a step is told; the rates fall by `lr_decay_factor` every `lr_decay_every` steps. @param done steps before */
export const settingsAt = (config: Hyperparameters, done: number): StepSettings => {
  const halvings = config.lr_decay_every > 0 ? Math.floor(done / config.lr_decay_every) : 0;
  const decay = config.lr_decay_factor ** halvings;
  return {
    matching: config.cls_weight,
    interpolation: config.interpolation,
    interpolatedWeight: config.interp_weight,
    labelSmoothing: config.label_smoothing,
    generatorRate: config.learning_rate_g * decay,
    discriminatorRate: config.learning_rate_d * decay,
    averageDecay: config.ema_decay,
    levers: leversOf(config),
  };
};

/** The first line of a run's log: what is trained, on what, from where. */
const describeRun = ({ gan, step }: RunState, config: Hyperparameters, { dataset }: TrainDependencies) => {
  const millions = (specs: ReturnType<typeof generatorSpecs>) => (countParameters(specs) / 1e6).toFixed(2);
  const sizes = `generator ${millions(generatorSpecs(gan.config))}M, discriminator ${millions(discriminatorSpecs(gan.config))}M parameters`;
  const items = dataset.items.filter(({ split }) => split === 'train').length;
  const classes = dataset.classes.filter(({ split }) => split === 'train').length;
  return `${sizes}; ${items} training pictures in ${classes} classes of ${dataset.name}; steps ${step + 1} to ${config.steps}`;
};

/** One step. @returns statisticsOf's values */
const step = async (run: RunState, batch: Batch, settings: StepSettings): Promise<Float32Array> => {
  const rows = batch.itemIndexes.length;
  const tensors = {
    images: tf.tensor4d(batch.images, [rows, imageSide, imageSide, 3]),
    wrongImages: tf.tensor4d(batch.wrongImages, [rows, imageSide, imageSide, 3]),
    text: tf.tensor2d(batch.text, [rows, batch.text.length / rows]),
  };
  const statistics = trainStep(run.gan, tensors, settings, run.noise);
  const values = new Float32Array(await statistics.data());
  tf.dispose([statistics, ...Object.values(tensors)]);
  run.step++;
  return values;
};

/** @param deps with standardised embeddings */
const taskOf = (
  run: RunState,
  config: Hyperparameters,
  deps: TrainDependencies,
  { grid, evaluator }: { grid: GridPlan; evaluator: Evaluator | null },
): TrainingTask => {
  const collapse = createCollapseAlarm();
  return {
    statistics: statisticsOf(leversOf(config)),
    done: () => run.step,
    async step() {
      const settings = settingsAt(config, run.step);
      const values = await step(run, await run.batches.next(), settings);
      return { values, rates: { 'lr/g': settings.generatorRate, 'lr/d': settings.discriminatorRate } };
    },
    sample: () => drawGrid(run.gan, grid, run.step),
    async evaluate() {
      const values = (await evaluator?.evaluate(run.gan)) ?? {};
      return { values, warnings: collapse(run.step, values) };
    },
    capture: (pending) => capture(run, config, { ...identityOf(deps), pending }),
  };
};

/**
 * Trains until `config.steps`, or until it is told to stop or a statistic is not finite.
 * @throws CheckpointMismatch, CheckpointCorrupt before the first step, when `resumeFrom` cannot be gone on from;
 * whatever the reporter or the store throws
 */
export const train = async (config: Hyperparameters, deps: TrainDependencies): Promise<TrainOutcome> => {
  if (deps.resumeFrom) {
    const identity = { trainer: 'gan-cls', ...identityOf(deps) } as const;
    checkSameRun(deps.resumeFrom, config, identity, deps.inherits ? changeableWhileTraining : undefined);
  }
  const standard = textStandardOf(deps.dataset, deps.embeddings);
  const embeddings = standardEmbeddings(deps.embeddings, standard);
  const run = createRunState(config, deps.dataset, embeddings, standard);
  try {
    if (deps.resumeFrom && deps.inherits) inherit(run, deps.resumeFrom, config);
    else if (deps.resumeFrom) restore(run, deps.resumeFrom);
    await deps.reporter.message('info', describeRun(run, config, deps));
    const evaluator =
      config.eval_every > 0 ? await createEvaluator(deps.dataset, embeddings, deps.evaluationEncoder) : null;
    if (evaluator) await deps.reporter.message('info', evaluator.description);
    for (const warning of evaluator?.warnings ?? []) await deps.reporter.message('warning', warning);
    const grid = await planGrid(config, deps, standard);
    return await runTraining(taskOf(run, config, { ...deps, embeddings }, { grid, evaluator }), config, deps);
  } finally {
    await run.batches.close();
    disposeGanCls(run.gan);
  }
};
