/**
 * Why an attempt failed and what follows from it: one exhaustive table, so that the agent which classifies, the
 * server which retries and the page which explains cannot disagree.
 */
export const failureClasses = [
  'out_of_memory',
  'diverged',
  'user_error',
  'lost_agent',
  'crashed',
  'storage_full',
  'checkpoint_corrupt',
  'parent_lost',
] as const;
export type FailureClass = (typeof failureClasses)[number];

export interface FailurePolicy {
  /**
   * 'never': the run has failed. 'backoff': queued again after a growing wait, until the sweep's max_failures.
   * 'at_once': queued again without a wait and without counting, because the cause is dealt with.
   */
  readonly retry: 'never' | 'backoff' | 'at_once';
  /** True when the fault may be the machine's, so that it counts towards the slot's quarantine. */
  readonly blamesSlot: boolean;
  /** What a person reads beside the run: the cause and the remedy. */
  readonly sentence: string;
}

/** The policy of each class. A class without a row does not compile. */
export const failurePolicies: Readonly<Record<FailureClass, FailurePolicy>> = Object.freeze({
  out_of_memory: {
    retry: 'never',
    blamesSlot: false,
    sentence: 'The training ran out of memory. Lower batch_size or the widths, or use a larger accelerator.',
  },
  diverged: {
    retry: 'never',
    blamesSlot: false,
    sentence: 'A loss became NaN or infinite. Lower the learning rate; the step is recorded with the run.',
  },
  user_error: {
    retry: 'never',
    blamesSlot: false,
    sentence:
      'The configuration cannot be trained. The message names the key, its value and what was expected.',
  },
  lost_agent: {
    retry: 'backoff',
    blamesSlot: false,
    sentence: 'The agent stopped answering. The run goes on from its last checkpoint with another agent.',
  },
  crashed: {
    retry: 'backoff',
    blamesSlot: true,
    sentence: 'The training process ended unexpectedly. The run goes on from its last checkpoint.',
  },
  storage_full: {
    retry: 'backoff',
    blamesSlot: true,
    sentence:
      "The agent's disk is full. Free space in its data folder; the run goes on from its last checkpoint.",
  },
  checkpoint_corrupt: {
    retry: 'at_once',
    blamesSlot: false,
    sentence: 'The checkpoint to go on from cannot be read. The run goes on from the one before it.',
  },
  parent_lost: {
    retry: 'never',
    blamesSlot: false,
    sentence:
      'No checkpoint of the run that this one was to start from can be read any more. Its member of the population is replaced by a copy of another.',
  },
});
