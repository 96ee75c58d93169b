'use client';
/** Times as one reads them: "3 min ago", kept current; the exact time stands in the title. */
import { useSyncExternalStore } from 'react';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago, in words; the future (a clock that runs ahead) counts as now. */
export const sayAgo = (thenMs: number, nowMs: number): string => {
  const past = nowMs - thenMs;
  if (past < 5 * second) return 'now';
  if (past < minute) return `${Math.floor(past / second)} s ago`;
  if (past < hour) return `${Math.floor(past / minute)} min ago`;
  if (past < 2 * day) return `${Math.floor(past / hour)} h ago`;
  return `${Math.floor(past / day)} days ago`;
};

/** A duration in words: 42 s, 12 min, 3 h 20 min. */
export const sayDuration = (ms: number): string => {
  if (ms < minute) return `${Math.max(0, Math.round(ms / second))} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  const minutes = Math.floor((ms % hour) / minute);
  return minutes === 0 ? `${Math.floor(ms / hour)} h` : `${Math.floor(ms / hour)} h ${minutes} min`;
};

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/**
 * The exact time, in the reader's time zone: 24 Nov 2026, 01:49:25. In the pages' language and not in the browser's:
 * that may be one which Intl refuses, such as en-US@posix.
 */
export const sayMoment = (ms: number): string => (Number.isFinite(ms) ? moment.format(ms) : '–');

/** The time of the day: 01:49:25. */
export const sayClock = (ms: number): string => (Number.isFinite(ms) ? clock.format(ms) : '–');

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const one of listeners) one();
  }, 5 * second);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
};

/** The time in milliseconds, renewed every five seconds for all who read it. */
export const useNow = (): number =>
  useSyncExternalStore(
    subscribe,
    () => now,
    () => 0,
  );

export const Ago = ({ at }: { readonly at: string | null | undefined }) => {
  const current = useNow();
  if (at === null || at === undefined) return <span className="quiet">–</span>;
  const then = Date.parse(at);
  return (
    <time dateTime={at} title={sayMoment(then)}>
      {sayAgo(then, Math.max(current, then))}
    </time>
  );
};
