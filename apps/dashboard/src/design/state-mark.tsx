/** A state as a mark and a word: the mark's shape differs, so that colour is never the only sign. */
import type { ReactNode } from 'react';
import styles from './state-mark.module.css';

type Mark = 'running' | 'queued' | 'paused' | 'finished' | 'failed' | 'stopped';

const marks: Record<string, Mark> = {
  RUNNING: 'running',
  QUEUED: 'queued',
  PAUSED: 'paused',
  FINISHED: 'finished',
  FAILED: 'failed',
  CANCELLED: 'stopped',
  PRUNED: 'stopped',
  STOPPING: 'paused',
};

const shapes: Record<Mark, ReactNode> = {
  running: <path d="M3 2v8l7-4z" fill="currentColor" />,
  queued: <circle cx="6" cy="6" r="3.500" fill="none" stroke="currentColor" strokeWidth="1.500" />,
  paused: <path d="M4 2.500v7M8 2.500v7" stroke="currentColor" strokeWidth="1.800" />,
  finished: <path d="M2 6.500 5 9.500 10.500 3" fill="none" stroke="currentColor" strokeWidth="1.700" />,
  failed: <path d="M2.500 2.500l7 7M9.500 2.500l-7 7" stroke="currentColor" strokeWidth="1.700" />,
  stopped: <path d="M3 3h6v6H3z" fill="none" stroke="currentColor" strokeWidth="1.500" />,
};

/** `state` is any state of the graph, in capitals; it is said in lower case. */
export const StateMark = ({ state, quiet = false }: { readonly state: string; readonly quiet?: boolean }) => {
  const mark = marks[state] ?? 'queued';
  return (
    <span className={styles.state} data-mark={mark}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {shapes[mark]}
      </svg>
      <span className={quiet ? 'visually-hidden' : undefined}>{state.toLowerCase()}</span>
    </span>
  );
};
