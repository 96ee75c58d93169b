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

/** The checkpoint is sound but belongs to another run: resuming would train something else than was asked for. */
export class CheckpointMismatch extends Error {
  override readonly name = 'CheckpointMismatch';
  readonly code = 'CHECKPOINT_MISMATCH';

  constructor(readonly differences: readonly string[]) {
    super(`the checkpoint is of another run: ${differences.join('; ')}`);
  }
}
