import type { RunColor } from '@plumage/charts';

/** The line by which a run is known in every chart: its colour and its dash. */
export const RunSwatch = ({ style }: { readonly style: RunColor }) => (
  <svg
    width="18"
    height="8"
    viewBox="0 0 18 8"
    aria-hidden="true"
    style={{ marginRight: 8, verticalAlign: 'middle' }}
  >
    <path d="M0 4h18" stroke={style.color} strokeWidth="2.500" strokeDasharray={style.dash.join(' ')} />
  </svg>
);
