/**
 * The moving parts of a text encoder's training, between checkpoints: its networks, what their optimisers remember, and
 * the batch stream. `capture` copies them out, `restore` puts them back; nothing else is carried from step to step.
 */
import { createRng, type TextEncoderHyperparameters } from '@plumage/contract';
import type { Checkpoint, CheckpointState } from '../checkpoint.format.ts';
import {
  captureNetworks,
  captureOptimizers,
  restoreNetworks,
  restoreOptimizers,
} from '../checkpoint.tensors.ts';
import type { Objective } from './objective.ts';

export interface TextEncoderState {
  step: number;
  readonly objective: Objective;
}

export const capture = async (
  { step, objective }: TextEncoderState,
  config: TextEncoderHyperparameters,
  surroundings: Pick<CheckpointState, 'datasetDigest' | 'pending'>,
): Promise<Checkpoint> => ({
  state: {
    format: 1,
    trainer: 'text-encoder',
    step,
    updates: Object.fromEntries(
      Object.entries(objective.optimizers).map(([name, optimizer]) => [name, optimizer.state().steps]),
    ),
    batches: objective.batches.state(),
    config: { ...config },
    ...surroundings,
  },
  model: await captureNetworks(objective.networks),
  optimizer: await captureOptimizers(objective.optimizers),
});

/** Puts a checkpoint's values into a fresh state of the same configuration. @throws CheckpointCorrupt */
export const restore = (run: TextEncoderState, { state, model, optimizer }: Checkpoint): void => {
  const { networks, optimizers, batches } = run.objective;
  restoreNetworks(networks, model);
  restoreOptimizers(optimizers, networks, state.updates, optimizer);
  run.step = state.step;
  batches.restore(state.batches);
};

/** As `restore`, from another run's checkpoint; with another seed batches take a stream of that seed and step. */
export const inherit = (
  run: TextEncoderState,
  checkpoint: Checkpoint,
  config: TextEncoderHyperparameters,
): void => {
  restore(run, checkpoint);
  const { step, batches, config: former } = checkpoint.state;
  if (former['seed'] === config.seed) return;
  run.objective.batches.restore({
    rng: createRng(config.seed, `batches from step ${step}`).state(),
    drawn: batches.drawn,
  });
};
