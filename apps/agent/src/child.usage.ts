/**
 * A training child's sign of life: what it has used, also where the agent cannot look it up, and a pulse. A step that
 * hangs in a driver stops the pulse although the process lives.
 */
import type { ChildMessage } from './child.message.ts';

const everyMs = 2_000;

export const peakMemoryMb = (): number => process.resourceUsage().maxRSS / 1024;

/** @param pulse counts what the training has begun */
export const startUsage = (send: (message: ChildMessage) => void, pulse: () => number): void => {
  const tell = (): void => {
    const { user, system } = process.cpuUsage();
    send({
      type: 'usage',
      rssMb: process.memoryUsage.rss() / 2 ** 20,
      peakMb: peakMemoryMb(),
      cpuSeconds: (user + system) / 1e6,
      pulse: pulse(),
    });
  };
  setInterval(tell, everyMs).unref();
};
