/** Shares as horizontal bars, the largest first: the importance of parameters. */
export interface Bar {
  readonly label: string;
  /** 0 to 1. */
  readonly share: number;
  /** What stands behind the bar, such as a deviation. */
  readonly note?: string;
}

export const BarChart = ({ title, bars }: { readonly title: string; readonly bars: readonly Bar[] }) => (
  <figure className="plumage-chart plumage-bars" aria-label={title}>
    <figcaption className="plumage-chart-title">
      <span className="plumage-chart-name">{title}</span>
    </figcaption>
    <ol>
      {bars.map(({ label, share, note }) => (
        <li key={label}>
          <span className="plumage-bar-label" title={label}>
            {label}
          </span>
          <span className="plumage-bar-track">
            <span style={{ width: `${Math.min(100, Math.max(0, share * 100))}%` }} />
          </span>
          <span className="plumage-bar-value" title={note}>
            {(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %
          </span>
        </li>
      ))}
    </ol>
  </figure>
);
