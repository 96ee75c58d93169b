import styles from './skeletons.module.css';

/** Rows where a table will stand, of the table's own height. */
export const TableSkeleton = ({ rows }: { readonly rows: number }) => (
  <div aria-hidden="true">
    {Array.from({ length: rows + 1 }, (_, i) => (
      <div key={i} className={styles.row} />
    ))}
  </div>
);

/** A block where a chart or a panel will stand; height in CSS pixels. */
export const BlockSkeleton = ({ height }: { readonly height: number }) => (
  <div aria-hidden="true" className={styles.block} style={{ height }} />
);
