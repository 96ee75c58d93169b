/** Calls at most once an interval, and always once after the last request: live events may come in bursts. */
export interface Throttled {
  readonly call: () => void;
  readonly cancel: () => void;
}

export interface Timers {
  readonly now: () => number;
  readonly set: (callback: () => void, ms: number) => unknown;
  readonly clear: (handle: unknown) => void;
}

const browserTimers: Timers = {
  now: () => Date.now(),
  set: (callback, ms) => setTimeout(callback, ms),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

export const throttle = (work: () => void, intervalMs: number, timers: Timers = browserTimers): Throttled => {
  let lastAt = Number.NEGATIVE_INFINITY;
  let pending: unknown = null;
  const run = (): void => {
    pending = null;
    lastAt = timers.now();
    work();
  };
  return {
    call: () => {
      if (pending !== null) return;
      const due = lastAt + intervalMs - timers.now();
      if (due <= 0) run();
      else pending = timers.set(run, due);
    },
    cancel: () => {
      if (pending !== null) timers.clear(pending);
      pending = null;
    },
  };
};
