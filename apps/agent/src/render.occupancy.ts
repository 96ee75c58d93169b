/**
 * What each of the agent's slots does, as far as renders are concerned: it asks and would be given one, it is at work,
 * or it stands aside (paused, drained, stopped, in quarantine, ended) and would be refused. While none asks and some
 * are at work, the render lane asks in the name of one of these.
 */
type Standing = 'asking' | 'at work' | 'aside';

export interface Occupancy {
  /** The slot is at work until `work` ends. */
  during<T>(slotIndex: number, work: () => Promise<T>): Promise<T>;
  /** The slot asks again, or was refused. */
  stand(slotIndex: number, standing: 'asking' | 'aside'): void;
  /**
   * Waits until the lane is needed.
   * @returns the slots at work, and a signal that is aborted when a slot changes what it does
   * @throws the signal's reason
   */
  needed(signal: AbortSignal): Promise<{ readonly slots: readonly number[]; readonly changed: AbortSignal }>;
}

/** @param slotIndexes all of the agent's; each asks at first */
export const createOccupancy = (slotIndexes: readonly number[]): Occupancy => {
  const standings = new Map<number, Standing>(slotIndexes.map((index) => [index, 'asking']));
  let changed = new AbortController();
  const set = (slotIndex: number, standing: Standing): void => {
    if (standings.get(slotIndex) === standing) return;
    standings.set(slotIndex, standing);
    const before = changed;
    changed = new AbortController();
    before.abort(new Error('a slot does something else now'));
  };
  return {
    async during(slotIndex, work) {
      set(slotIndex, 'at work');
      try {
        return await work();
      } finally {
        set(slotIndex, 'asking');
      }
    },
    stand: set,
    async needed(signal) {
      for (;;) {
        signal.throwIfAborted();
        const slots = slotIndexes.filter((index) => standings.get(index) === 'at work');
        if (slots.length > 0 && ![...standings.values()].includes('asking')) {
          return { slots, changed: changed.signal };
        }
        const either = AbortSignal.any([signal, changed.signal]);
        await new Promise<void>((resolve) => {
          if (either.aborted) resolve();
          else either.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
  };
};
