/**
 * The training loop: batch, step, and whatever is due after it. One run at a time in a process; everything it
 * touches is in RunState, so that a checkpoint after step n is all that step n + 1 needs.
 */
import type { Hyperparameters } from '@plumage/contract';
import type { Batch } from '@plumage/data';
import {
  countParameters,
  discriminatorSpecs,
  disposeGanCls,
  generatorSpecs,
  imageSide,
  type StepSettings,
  stepStatistics,
  trainStep,
} from '@plumage/model';
import * as tf from '@tensorflow/tfjs-core';
import type { StoredCheckpoint } from './checkpoint.format.ts';
import { createCollapseAlarm } from './collapse.alarm.ts';
import { createEvaluator } from './evaluation.ts';
import { defaultPrompts } from './prompt.list.ts';
import { capture, checkSameRun, createRunState, inherit, type RunState, restore } from './run.state.ts';
import { drawGrid, type GridPlan, gridIsDue } from './sample.grid.ts';
import { createStepMeter } from './step.meter.ts';
import { standardEmbeddings, standardText, type TextStandard, textStandardOf } from './text.standard.ts';
import type { TrainDependencies, TrainOutcome } from './trainer.contract.ts';

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

/** One step. @returns stepStatistics' values */
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

const isDue = (done: number, every: number) => every > 0 && done % every === 0;

/** Lets messages, timers and signals of the process through; a step blocks everything else. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Trains until `config.steps`, or until it is told to stop or a statistic is not finite.
 * @throws CheckpointMismatch, CheckpointCorrupt before the first step, when `resumeFrom` cannot be gone on from;
 * whatever the reporter or the store throws
 */
export const train = async (config: Hyperparameters, deps: TrainDependencies): Promise<TrainOutcome> => {
  if (deps.resumeFrom) checkSameRun(deps.resumeFrom, config, identityOf(deps), deps.inherits);
  const standard = textStandardOf(deps.dataset, deps.embeddings);
  const embeddings = standardEmbeddings(deps.embeddings, standard);
  const run = createRunState(config, deps.dataset, embeddings, standard);
  try {
    if (deps.resumeFrom && deps.inherits) inherit(run, deps.resumeFrom, config);
    else if (deps.resumeFrom) restore(run, deps.resumeFrom);
    await deps.reporter.message('info', describeRun(run, config, deps));
    return await loop(run, config, { ...deps, embeddings }, await planGrid(config, deps, standard));
  } finally {
    disposeGanCls(run.gan);
  }
};

const loop = async (
  run: RunState,
  config: Hyperparameters,
  deps: TrainDependencies,
  grid: GridPlan,
): Promise<TrainOutcome> => {
  const { reporter } = deps;
  // A run's points are means over its own steps.
  const pending = deps.inherits ? undefined : deps.resumeFrom?.state.pending;
  const meter = createStepMeter(stepStatistics, deps.now, pending);
  const evaluator = config.eval_every > 0 ? createEvaluator(deps.dataset, deps.embeddings) : null;
  const collapse = createCollapseAlarm();
  let saved: StoredCheckpoint | null = null;
  const save = async (): Promise<StoredCheckpoint> => {
    if (saved?.step === run.step) return saved;
    saved = await deps.checkpoints.write(
      await capture(run, config, { ...identityOf(deps), pending: meter.pending() }),
    );
    await reporter.checkpoint(saved);
    return saved;
  };

  while (run.step < config.steps) {
    const command = deps.signal.aborted ? 'stop' : deps.command();
    if (command === 'stop') return { kind: 'stopped', step: run.step, checkpoint: saved };
    if (command === 'checkpoint-and-stop')
      return { kind: 'stopped', step: run.step, checkpoint: await save() };

    const settings = settingsAt(config, run.step);
    meter.start();
    const values = await step(run, run.batches.next(), settings);
    meter.stop(values);
    const what = stepStatistics.find((_, i) => !Number.isFinite(values[i]));
    if (what !== undefined || isDue(run.step, config.log_every)) {
      await reporter.metrics(run.step, {
        ...meter.flush(config.batch_size),
        'lr/g': settings.generatorRate,
        'lr/d': settings.discriminatorRate,
      });
    }
    if (what !== undefined) return { kind: 'diverged', step: run.step, what };
    if (gridIsDue(run.step, config.sample_every)) {
      for (const sample of await drawGrid(run.gan, grid, run.step)) await reporter.sample(sample);
    }
    if (evaluator && isDue(run.step, config.eval_every)) {
      const figures = await evaluator.evaluate(run.gan);
      await reporter.metrics(run.step, figures);
      for (const warning of collapse(run.step, figures)) await reporter.message('warning', warning);
    }
    if (isDue(run.step, config.checkpoint_every)) await save();
    await breathe();
  }
  return { kind: 'finished', step: run.step, checkpoint: await save() };
};
