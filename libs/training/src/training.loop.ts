/**
 * The one loop of every built-in trainer: a step, then whatever is due after it (metrics, samples, evaluation,
 * checkpoint), until the last step, a command, or a statistic that is not finite. What is trained is a TrainingTask:
 * it owns its state, so that what `capture` returns after step n is all that step n + 1 needs.
 */
import type { Checkpoint, StoredCheckpoint } from './checkpoint.format.ts';
import { gridIsDue } from './sample.grid.ts';
import { createStepMeter, type PendingStatistics } from './step.meter.ts';
import type { LoopDependencies, Sample, TrainOutcome } from './trainer.contract.ts';

export interface StepResult {
  /** One value for each of the task's `statistics`; their means since the last point are reported. */
  readonly values: ArrayLike<number>;
  /** Reported as they are: learning rates. */
  readonly rates: Readonly<Record<string, number>>;
}

export interface Evaluation {
  readonly values: Readonly<Record<string, number>>;
  /** Sentences to warn of. */
  readonly warnings: readonly string[];
  /** Pictures of figures that are no single numbers. */
  readonly samples?: readonly Sample[];
}

/** One run of one trainer. */
export interface TrainingTask {
  /** Names of what a step measures. */
  readonly statistics: readonly string[];
  /** Steps done so far. */
  readonly done: () => number;
  /** Takes one step. */
  step(): Promise<StepResult>;
  /** Pictures of the state after the last step; called when they are due. */
  sample?(): Promise<readonly Sample[]>;
  /** Called when an evaluation is due; must change nothing that a step depends on. */
  evaluate?(): Promise<Evaluation>;
  /** @param pending the stretch since the last metric point */
  capture(pending: PendingStatistics): Promise<Checkpoint>;
}

/** Steps between things; 0 is never (`log_every` is at least 1). Every trainer's hyperparameters have these. */
export interface LoopSettings {
  readonly steps: number;
  /** For `images_per_second`. */
  readonly batch_size: number;
  readonly log_every: number;
  readonly sample_every?: number;
  readonly eval_every: number;
  readonly checkpoint_every: number;
}

const isDue = (done: number, every: number) => every > 0 && done % every === 0;

/** Lets messages, timers and signals of the process through; a step blocks everything else. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The task's checkpoint of now: each step is written once. */
const createSaver = (task: TrainingTask, deps: LoopDependencies, pending: () => PendingStatistics) => {
  let saved: StoredCheckpoint | null = null;
  const save = async (): Promise<StoredCheckpoint> => {
    if (saved?.step === task.done()) return saved;
    saved = await deps.checkpoints.write(await task.capture(pending()));
    await deps.reporter.checkpoint(saved);
    return saved;
  };
  return { save, newest: () => saved };
};

const evaluateTask = async (task: TrainingTask, { reporter }: LoopDependencies): Promise<void> => {
  if (!task.evaluate) return;
  const { values, warnings, samples } = await task.evaluate();
  await reporter.metrics(task.done(), values);
  for (const sample of samples ?? []) await reporter.sample(sample);
  for (const warning of warnings) await reporter.message('warning', warning);
};

/** Trains to the end, or until told to stop. @throws whatever the task, the reporter or the store throws */
export const runTraining = async (
  task: TrainingTask,
  settings: LoopSettings,
  deps: LoopDependencies,
): Promise<TrainOutcome> => {
  const { reporter } = deps;
  // A run's points are means over its own steps.
  const pending = deps.inherits ? undefined : deps.resumeFrom?.state.pending;
  const meter = createStepMeter(task.statistics, deps.now, pending);
  const { save, newest } = createSaver(task, deps, () => meter.pending());

  while (task.done() < settings.steps) {
    const command = deps.signal.aborted ? 'stop' : deps.command();
    if (command === 'stop') return { kind: 'stopped', step: task.done(), checkpoint: newest() };
    if (command === 'checkpoint-and-stop')
      return { kind: 'stopped', step: task.done(), checkpoint: await save() };

    meter.start();
    const { values, rates } = await task.step();
    meter.stop(values);
    const step = task.done();
    const what = task.statistics.find((_, i) => !Number.isFinite(values[i]));
    if (what !== undefined || isDue(step, settings.log_every)) {
      await reporter.metrics(step, { ...meter.flush(settings.batch_size), ...rates });
    }
    if (what !== undefined) return { kind: 'diverged', step, what };
    if (task.sample && gridIsDue(step, settings.sample_every ?? 0)) {
      for (const sample of await task.sample()) await reporter.sample(sample);
    }
    if (isDue(step, settings.eval_every)) await evaluateTask(task, deps);
    if (isDue(step, settings.checkpoint_every)) await save();
    await breathe();
  }
  return { kind: 'finished', step: task.done(), checkpoint: await save() };
};
