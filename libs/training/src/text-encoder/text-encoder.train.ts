/**
 * Trains a text encoder by its objective (objective.ts): jointly with an image encoder, or on captions alone. When a step
 * and an evaluation happen is training.loop.ts'. The rate falls by `lr_decay` every epoch; the reference counts as one epoch as many minibatches
 * as there are training classes (train_sje_hybrid.lua: iterations_per_epoch = loader.ntrain).
 */
import { textEncoderChangeable, type TextEncoderHyperparameters } from '@plumage/contract';
import type { Dataset } from '@plumage/data';
import { checkSameRun } from '../resume.rule.ts';
import type { LoopDependencies, TrainOutcome } from '../trainer.contract.ts';
import { runTraining, type TrainingTask } from '../training.loop.ts';
import { openObjective } from './objective.ts';
import { capture, inherit, restore, type TextEncoderState } from './text-encoder.state.ts';

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
  { step, objective }: TextEncoderState,
  config: TextEncoderHyperparameters,
  { dataset }: TextEncoderDependencies,
): string => {
  const items = dataset.items.filter(({ split }) => split === 'train').length;
  const groups = `${objective.groups} ${config.distinct === 'class' ? 'classes' : 'instances'}`;
  return [
    objective.sizes,
    `${items} training pictures of ${groups} of ${dataset.name}`,
    ...(objective.unused === '' ? [] : [objective.unused]),
    `steps ${step + 1} to ${config.steps}`,
  ].join('; ');
};

const taskOf = (
  run: TextEncoderState,
  config: TextEncoderHyperparameters,
  { dataset }: TextEncoderDependencies,
): TrainingTask => {
  const { objective } = run;
  return {
    statistics: objective.statistics,
    done: () => run.step,
    async step() {
      const rate = rateAt(config, run.step, objective.groups);
      const statistics = await objective.step(rate);
      const values = new Float32Array(await statistics.data());
      statistics.dispose();
      run.step++;
      return { values, rates: { lr: rate } };
    },
    evaluate: async () => ({ values: await objective.evaluate(), warnings: [] }),
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
  const run: TextEncoderState = { step: 0, objective: openObjective(config, dataset) };
  try {
    if (resumeFrom && inherits) inherit(run, resumeFrom, config);
    else if (resumeFrom) restore(run, resumeFrom);
    await deps.reporter.message('info', describeRun(run, config, deps));
    return await runTraining(taskOf(run, config, deps), config, deps);
  } finally {
    await run.objective.close();
  }
};
