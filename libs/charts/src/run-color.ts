/**
 * A run keeps one colour everywhere, chosen by its id, so that a line in a chart, a row in a table and a caption
 * under a picture are recognised as the same run. The hues are the Okabe-Ito set (distinguishable with the common
 * forms of colour blindness) without its black and yellow, which vanish on a dark and on a light ground; when the
 * hues are used up, the dash tells runs apart.
 */
export type ColorScheme = 'light' | 'dark';

/** How a run is drawn: a CSS colour, and a canvas dash pattern in pixels (empty is a solid line). */
export interface RunColor {
  readonly color: string;
  readonly dash: readonly number[];
}

const hues: Record<ColorScheme, readonly string[]> = {
  light: ['#0072b2', '#c85200', '#00835f', '#a8558a', '#9a6a00', '#2f86bd'],
  dark: ['#5aa9e6', '#f08a4b', '#3fc79a', '#dd93c0', '#e6b047', '#8fd0f5'],
};

const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

/** FNV-1a over the id's UTF-16 units: the same id gives the same number in every browser and session. */
const hashOf = (id: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) {
    hash ^= id.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
};

/** The colour and dash of a run, by its id: the same hue and dash in both schemes, tuned to each one's ground. */
export const runColor = (id: string, scheme: ColorScheme = 'light'): RunColor => {
  const palette = hues[scheme];
  const hash = hashOf(id);
  const hue = hash % palette.length;
  const dash = Math.floor(hash / palette.length) % dashes.length;
  return { color: palette[hue] ?? '#767676', dash: dashes[dash] ?? [] };
};
