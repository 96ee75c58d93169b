/**
 * Averages the statistics of the steps between two metric points and measures how long those steps took. Sampling,
 * evaluation and checkpoints are not in the rate: it says what training costs. The unfinished stretch is part of a
 * checkpoint, so that the first point after a resume is the one that would have been.
 */

/** Sums of the stretch that has not been reported. */
export interface PendingStatistics {
  steps: number;
  sums: number[];
}

export interface StepMeter {
  start(): void;
  /** @param values one per name */
  stop(values: ArrayLike<number>): void;
  /** Means since the last flush, `images_per_second` and `step_ms`. */
  flush(batchSize: number): Record<string, number>;
  pending(): PendingStatistics;
}

export const createStepMeter = (
  names: readonly string[],
  now: () => number,
  from: PendingStatistics | undefined,
): StepMeter => {
  let sums = names.map((_, i) => from?.sums[i] ?? 0);
  let steps = from?.steps ?? 0;
  let timedSteps = 0;
  let elapsedMs = 0;
  let startedAt = 0;
  return {
    start() {
      startedAt = now();
    },
    stop(values) {
      elapsedMs += now() - startedAt;
      timedSteps++;
      steps++;
      sums = sums.map((sum, i) => sum + (values[i] ?? Number.NaN));
    },
    flush(batchSize) {
      const means = Object.fromEntries(names.map((name, i) => [name, (sums[i] ?? Number.NaN) / steps]));
      const stepMs = elapsedMs / timedSteps;
      sums = names.map(() => 0);
      steps = 0;
      timedSteps = 0;
      elapsedMs = 0;
      return { ...means, step_ms: stepMs, images_per_second: (1000 * batchSize) / stepMs };
    },
    pending: () => ({ steps, sums: [...sums] }),
  };
};
