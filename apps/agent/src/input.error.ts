/** The checkpoint that a hyperparameter names cannot be used: it is another run's, and no attempt of this one mends it. */
export class InputUnusable extends Error {
  override readonly name = 'InputUnusable';
  readonly code = 'INPUT_UNUSABLE';

  /** @param key the hyperparameter, or several of which one is meant */
  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`${key}: ${reason}`, options);
  }
}
