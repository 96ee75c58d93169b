/** What can be wrong with a checkpoint. The codes are stable; the messages say what, where and what was expected. */

/** The file is not what was written: cut off, changed, or of another program. */
export class CheckpointCorrupt extends Error {
  override readonly name = 'CheckpointCorrupt';
  readonly code = 'CHECKPOINT_CORRUPT';

  constructor(
    readonly file: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`checkpoint ${file} cannot be read: ${reason}`, options);
  }
}

/** The checkpoint is sound but does not fit the run: going on from it would train something else than was asked for. */
export class CheckpointMismatch extends Error {
  override readonly name = 'CheckpointMismatch';
  readonly code = 'CHECKPOINT_MISMATCH';

  /** @param inherits it was to be another run's, whose networks and data must be the same */
  constructor(
    readonly differences: readonly string[],
    inherits = false,
  ) {
    const what = inherits
      ? 'the checkpoint of the run that this one starts from does not fit'
      : 'the checkpoint does not fit this run';
    super(`${what}: ${differences.join('; ')}`);
  }
}
