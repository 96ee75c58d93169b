/**
 * Looks after a training child from outside: its memory against the slot's limit, and whether it still makes progress.
 * A child that hangs in a driver neither ends nor fails by itself, and one that takes all memory takes its neighbours
 * along; both are ended here, with the reason.
 */
import type { Failure } from './child.failure.ts';
import { memoryOf } from './process.table.ts';

export interface WatchedUsage {
  readonly rssMb: number;
  readonly peakMb: number;
}

export interface WatchOptions {
  readonly pid: number;
  /** Largest resident set; undefined: no limit. */
  readonly memoryLimitMb: number | undefined;
  /** Longest time without a step begun or a phase told; 0: no limit. */
  readonly stallMs: number;
  /** What the child told last of itself, for systems that do not tell. */
  readonly told: () => WatchedUsage | undefined;
  /** When it last made progress, by `now`. */
  readonly progressAt: () => number;
  readonly onPeak: (peakMb: number) => void;
  /** Called once, with what the child is ended for. */
  readonly end: (failure: Failure) => void;
  readonly now: () => number;
  readonly pollMs?: number;
}

const minutes = (ms: number): string => {
  const count = ms / 60_000;
  return count >= 2 ? `${Math.round(count)} minutes` : `${Math.round(ms / 1000)} seconds`;
};

const verdictOf = (options: WatchOptions, rssMb: number | undefined, peakMb: number): Failure | undefined => {
  const { memoryLimitMb, stallMs } = options;
  if (memoryLimitMb !== undefined && rssMb !== undefined && rssMb > memoryLimitMb) {
    const message = `The training process used ${Math.round(rssMb)} MB; the slot's limit is ${memoryLimitMb} MB (--memory-limit-mb). Its peak was ${Math.round(peakMb)} MB.`;
    return { failureClass: 'out_of_memory', message };
  }
  if (stallMs > 0 && options.now() - options.progressAt() > stallMs) {
    const message = `The training process lives but has made no progress for ${minutes(stallMs)} (--stall-ms ${stallMs}); it was ended.`;
    return { failureClass: 'crashed', message };
  }
  return undefined;
};

/** @returns the end of watching */
export const watchChild = (options: WatchOptions): (() => void) => {
  let peakMb = 0;
  const look = (): void => {
    const seen = memoryOf(options.pid);
    const told = options.told();
    // What a child tells of a program that it looks after is more than the child's own.
    const rssMb = seen === undefined ? told?.rssMb : Math.max(seen.nowMb, told?.rssMb ?? 0);
    peakMb = Math.max(peakMb, seen?.peakMb ?? 0, told?.peakMb ?? 0);
    if (peakMb > 0) options.onPeak(peakMb);
    const failure = verdictOf(options, rssMb, peakMb);
    if (failure === undefined) return;
    clearInterval(timer);
    options.end(failure);
  };
  const timer = setInterval(look, options.pollMs ?? 500);
  timer.unref();
  return () => clearInterval(timer);
};
