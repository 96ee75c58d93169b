/**
 * Where a training step's time goes, by tfjs kernel: each kernel of the back end is timed from call to return over a
 * few steps of their own, so that the clock's cost is in no other figure. A GPU computes after its kernels have
 * returned: there the shares are those of issuing the work.
 */
import * as tf from '@tensorflow/tfjs-core';

/** What is not a kernel: the tape, the model's own code, waiting for a device. */
const betweenKernels = 'between kernels';

/** Runs `steps` with the kernels of the current back end timed; shares of the time by kernel, largest first, sum 1. */
export async function kernelShares(steps: () => Promise<void>): Promise<Record<string, number>> {
  const seconds = new Map<string, number>();
  // A kernel may run another; only the outermost counts, so that no time counts twice.
  let depth = 0;
  const restore = tf.getKernelsForBackend(tf.getBackend()).map((kernel) => {
    const { kernelName, kernelFunc } = kernel;
    const timed: tf.KernelFunc = (call) => {
      const start = performance.now();
      depth += 1;
      try {
        return kernelFunc(call);
      } finally {
        depth -= 1;
        const spent = performance.now() - start;
        if (depth === 0) seconds.set(kernelName, (seconds.get(kernelName) ?? 0) + spent);
      }
    };
    Object.assign(kernel, { kernelFunc: timed });
    return () => Object.assign(kernel, { kernelFunc });
  });
  const start = performance.now();
  try {
    await steps();
  } finally {
    for (const undo of restore) undo();
  }
  const total = performance.now() - start;
  const inKernels = [...seconds.values()].reduce((sum, spent) => sum + spent, 0);
  seconds.set(betweenKernels, total - inKernels);
  const ordered = [...seconds].sort(([, a], [, b]) => b - a);
  return Object.fromEntries(ordered.map(([name, spent]) => [name, Number((spent / total).toFixed(4))]));
}
