import styles from './progress.module.css';

/** A thin line of progress; `total` null means that the end is not known. */
export const Progress = (props: {
  readonly value: number;
  readonly total: number | null;
  readonly label: string;
}) => {
  const share = props.total === null || props.total <= 0 ? 0 : Math.min(1, props.value / props.total);
  return (
    <div
      className={styles.line}
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <div className={styles.done} style={{ width: `${share * 100}%` }} />
    </div>
  );
};
