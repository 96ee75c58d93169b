/** Which of the agent's slots are at work. While all are, the render lane asks in their place. */
export interface Occupancy {
  /** A slot is at work until `work` ends. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Waits until every slot is at work. @returns a signal that is aborted when one is no longer. @throws the signal's reason */
  allBusy(signal: AbortSignal): Promise<AbortSignal>;
}

export const createOccupancy = (slots: number): Occupancy => {
  let busy = 0;
  let idle = new AbortController();
  let waiting: Array<() => void> = [];
  return {
    async during(work) {
      busy += 1;
      if (busy === slots) {
        idle = new AbortController();
        for (const wake of waiting.splice(0)) wake();
      }
      try {
        return await work();
      } finally {
        busy -= 1;
        idle.abort(new Error('a slot is idle'));
      }
    },
    allBusy: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (busy === slots) return resolve(idle.signal);
        const give = (): void => {
          waiting = waiting.filter((other) => other !== wake);
          reject(signal.reason);
        };
        const wake = (): void => {
          signal.removeEventListener('abort', give);
          resolve(idle.signal);
        };
        signal.addEventListener('abort', give, { once: true });
        waiting.push(wake);
      }),
  };
};
