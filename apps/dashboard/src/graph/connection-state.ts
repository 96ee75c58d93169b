/** Whether the page is live, for the mark in the corner: one small store over all streams of the tab. */
import { useSyncExternalStore } from 'react';

type StreamState = 'open' | 'lost' | 'closed';

const streams = new Map<string, StreamState>();
const listeners = new Set<() => void>();

export const noteStream = (name: string, state: StreamState): void => {
  if (state === 'closed') streams.delete(name);
  else streams.set(name, state);
  for (const listener of listeners) listener();
};

const read = (): 'idle' | 'live' | 'lost' => {
  if (streams.size === 0) return 'idle';
  return [...streams.values()].includes('lost') ? 'lost' : 'live';
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useConnectionState = (): 'idle' | 'live' | 'lost' =>
  useSyncExternalStore(subscribe, read, () => 'idle' as const);
