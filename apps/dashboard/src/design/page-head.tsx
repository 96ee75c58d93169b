import type { ReactNode } from 'react';
import styles from './page-head.module.css';

/** A page's first line: its title, one quiet line about it, and what can be done. Its height does not change. */
export const PageHead = (props: {
  readonly title: ReactNode;
  readonly about?: ReactNode;
  readonly trail?: ReactNode;
  readonly children?: ReactNode;
}) => (
  <header className={styles.head}>
    <div className={styles.words}>
      {props.trail !== undefined && <div className={styles.trail}>{props.trail}</div>}
      <h1 className={styles.title}>{props.title}</h1>
      {props.about !== undefined && <div className={styles.about}>{props.about}</div>}
    </div>
    {props.children !== undefined && <div className={styles.actions}>{props.children}</div>}
  </header>
);

/** A part of a page under a thin rule. */
export const Section = (props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) => (
  <section className={styles.section} aria-label={props.title}>
    <div className={styles.sectionHead}>
      <h2>{props.title}</h2>
      {props.aside !== undefined && <div className={styles.aside}>{props.aside}</div>}
    </div>
    {props.children}
  </section>
);
