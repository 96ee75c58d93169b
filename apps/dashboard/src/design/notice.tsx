import type { ReactNode } from 'react';
import styles from './notice.module.css';

/** What is wrong, in one sentence, where it is wrong. */
export const Problem = ({ children }: { readonly children: ReactNode }) => (
  <p className={styles.problem} role="alert">
    {children}
  </p>
);

/** What one should know though nothing is wrong: why something waits. */
export const Notice = ({ children }: { readonly children: ReactNode }) => (
  <p className={styles.notice} role="status">
    {children}
  </p>
);

/** Nothing here yet, and what to do next. */
export const Empty = (props: { readonly title: string; readonly children?: ReactNode }) => (
  <div className={styles.empty}>
    <p className={styles.emptyTitle}>{props.title}</p>
    {props.children}
  </div>
);
