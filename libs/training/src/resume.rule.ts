/**
 * Whether a checkpoint may be gone on from: it must be of the same trainer, the same data and a configuration that
 * differs only in what shapes no number of a step (or, for another run's, in what may change while training).
 */
import { trainerHyperparameters } from '@plumage/contract';
import { CheckpointMismatch } from './checkpoint.error.ts';
import type { CheckpointModel, CheckpointState } from './checkpoint.format.ts';

/** Keys that may differ between a checkpoint and the run that goes on from it, for every trainer. */
export const alwaysFree: readonly string[] = [
  'preset',
  'steps',
  'log_every',
  'sample_every',
  'eval_every',
  'checkpoint_every',
  'eval_encoder_checkpoint',
  'prompts',
  'prompt_seeds',
  'style_pictures',
  'verification_clusters',
  'verification_folds',
  'verification_pairs',
  'dataset_path',
  'dataset_images',
];

export type BuiltInTrainer = NonNullable<CheckpointState['trainer']>;

/** What a run is besides its hyperparameters. */
export interface RunIdentity {
  readonly trainer: BuiltInTrainer;
  readonly datasetDigest: string;
  /** Absent where captions are not embedded by a given encoder. */
  readonly encoderHash?: string | undefined;
  /** Absent where no other run's generator is trained on. */
  readonly generatorHash?: string | undefined;
}

/** Checkpoints from before there were several trainers say none and are the GAN's. */
export const trainerOf = ({ trainer = 'gan-cls' }: Pick<CheckpointState, 'trainer'>): BuiltInTrainer =>
  trainer;

/** @throws CheckpointMismatch when the checkpoint is of another trainer */
export const checkTrainer = ({ state }: Pick<CheckpointModel, 'state'>, expected: BuiltInTrainer): void => {
  const found = trainerOf(state);
  if (found !== expected)
    throw new CheckpointMismatch([`it is of the trainer ${found}, expected ${expected}`]);
};

/**
 * @param changeable with it the checkpoint is another run's, and these keys may differ too
 * @throws CheckpointMismatch naming every key in which the checkpoint's run was another one
 */
export const checkSameRun = (
  { state }: Pick<CheckpointModel, 'state'>,
  config: object,
  identity: RunIdentity,
  changeable?: readonly string[],
): void => {
  checkTrainer({ state }, identity.trainer);
  const mayDiffer = new Set([...alwaysFree, ...(changeable ?? [])]);
  const plain: Record<string, unknown> = { ...config };
  // A key that came later: the checkpoint's run did what its default does.
  const { fields } = trainerHyperparameters[identity.trainer];
  const before = (key: string): unknown =>
    key in state.config ? state.config[key] : fields[key]?.safeParse(undefined).data;
  const differences = [...new Set([...Object.keys(plain), ...Object.keys(state.config)])]
    .filter((key) => !mayDiffer.has(key) && JSON.stringify(plain[key]) !== JSON.stringify(before(key)))
    .map((key) => `${key} was ${JSON.stringify(before(key))}, is ${JSON.stringify(plain[key])}`);
  if (state.datasetDigest !== identity.datasetDigest) differences.push('the dataset has another digest');
  if (state.encoderHash !== identity.encoderHash) differences.push('the text encoder has other weights');
  if (state.generatorHash !== identity.generatorHash) differences.push('the generator is another one');
  if (differences.length > 0) throw new CheckpointMismatch(differences, changeable !== undefined);
};
