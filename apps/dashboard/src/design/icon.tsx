/** The icons, drawn here on a 16 px grid with 1.5 px strokes, so that no icon font or package is needed. */
const paths = {
  overview: 'M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z',
  sweeps: 'M2 4h5M11 4h3M2 12h3M9 12h5M9 2v4M7 10v4',
  runs: 'M2 13V3M2 13h12M4.500 10l3-4 2.500 2.500 4-5.500',
  gallery: 'M2 3h12v10H2zM2 11l3.500-3.500 3 3 2-2L14 12M10.500 6h.01',
  studio: 'M2.500 13.500 9 7M7.500 5.500l3 3M12 2v4M10 4h4M4 2.500v3M2.500 4h3M13 10v3M11.500 11.500h3',
  agents:
    'M4.500 4.500h7v7h-7zM6.500 2v2.500M9.500 2v2.500M6.500 11.500V14M9.500 11.500V14M2 6.500h2.500M2 9.500h2.500M11.500 6.500H14M11.500 9.500H14',
  settings: 'M2 4.500h8M13 4.500h1M2 11.500h1M6 11.500h8M11.500 3v3M4.500 10v3',
  explorer:
    'M5.500 3C4 3 4 4 4 5.500S3.500 8 2 8c1.500 0 2 1 2 2.500S4 13 5.500 13M10.500 3C12 3 12 4 12 5.500S12.500 8 14 8c-1.500 0-2 1-2 2.500s0 2.500-1.500 2.500',
  search: 'M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.500 10.500 14 14',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1',
  moon: 'M13 9.500A5.500 5.500 0 0 1 6.500 3 5.500 5.500 0 1 0 13 9.500z',
  play: 'M5 3v10l8-5z',
  pause: 'M5.500 3v10M10.500 3v10',
  previous: 'M10 3 5 8l5 5',
  next: 'M6 3l5 5-5 5',
  copy: 'M5.500 5.500h8v8h-8zM2.500 10.500v-8h8',
  check: 'M3 8.500 6.500 12 13 4.500',
  close: 'M3.500 3.500l9 9M12.500 3.500l-9 9',
  plus: 'M8 3v10M3 8h10',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  more: 'M3.500 8h.01M8 8h.01M12.500 8h.01',
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 16 16" fill="none" aria-hidden="true" focusable="false">
    <path
      d={paths[name]}
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);

/** The mark: a feather. */
export const Feather = () => (
  <svg width={20} height={20} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path
      d="M27 3C15 4 6 11 6 21c0 1.600.300 3.200.900 4.600L4 29l1.600 1.400 3-3.300c1.300.600 2.800.900 4.400.900C22.500 28 28 17 27 3Z"
      fill="var(--accent)"
    />
    <path d="M8.600 27.100 21 12.500" stroke="var(--ground)" strokeWidth={1.8} strokeLinecap="round" />
  </svg>
);
