/**
 * Regret curves as one SVG a sampler: a panel for each function, one row a mode; ours and Optuna's median over the
 * seeds, with the band between the quartiles. Regret is on a logarithmic axis. Colours stand on white and on black.
 */
import type { Pair, QuartileCurve } from './compare.ts';
import { EVERY, type Mode } from './study.ts';

type DrawnPair = Pair & { readonly curves: NonNullable<Pair['curves']> };

const PANEL = { width: 150, height: 96, left: 34, top: 26, right: 8, bottom: 20 } as const;
const HEAD = 30;
const SECTION_HEAD = 14;
const INK = '#808690';
const OURS = '#2a7de1';
const OPTUNA = '#e07a2f';
const rowTitles: Readonly<Record<Mode, string>> = { sequential: 'one at a time', flight8: 'eight running' };

const cellWidth = PANEL.left + PANEL.width + PANEL.right;
const cellHeight = PANEL.top + PANEL.height + PANEL.bottom;

/** Two decimals at most: what is finer than a hundredth of a pixel only makes the file longer. */
const px = (x: number): string => String(Number(x.toFixed(2)));

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${px(x)}" y="${px(y)}" ${more}>${content}</text>`;

interface Scales {
  readonly x: (trial: number) => number;
  readonly y: (regret: number) => number;
  /** Regrets that get a line. */
  readonly marks: readonly number[];
}

/** Below this share of the smallest median nothing is drawn, so that one lucky seed does not flatten the panel. */
const DEEPEST = 0.1;

/** What the powers of ten are multiplied with for a line each: the first list that gives at least two lines. */
const multiples: readonly (readonly number[])[] = [
  [1],
  [1, 2, 5],
  [1, 2, 3, 4, 5, 6, 8],
  Array.from({ length: 36 }, (_, i) => 1 + i / 4),
];

/** Regrets between two powers of ten that get a line, at most four or five of them. */
const marksBetween = (low: number, high: number): number[] => {
  const powers = Array.from({ length: 40 }, (_, i) => i - 20);
  for (const factors of multiples) {
    const marks = powers
      .flatMap((power) => factors.map((factor) => factor * 10 ** power))
      .filter((mark) => Math.log10(mark) >= low && Math.log10(mark) <= high);
    const every = Math.ceil(marks.length / 5);
    if (marks.length >= 2) return marks.filter((_, i) => i % every === 0);
  }
  return [];
};

const scalesOf = ({ trials, curves }: DrawnPair): Scales => {
  const sides = [curves.ours, curves.optuna];
  const medians = sides.flatMap(({ median }) => median).filter((regret) => regret > 0);
  const high = Math.log10(Math.max(...sides.flatMap(({ upper }) => upper)));
  const bottom = Math.max(
    Math.min(...sides.flatMap(({ lower }) => lower).filter((regret) => regret > 0)),
    DEEPEST * Math.min(...medians),
  );
  const low = Math.min(Math.log10(bottom), high - 0.3);
  return {
    x: (trial) => PANEL.left + (PANEL.width * trial) / trials,
    y: (regret) => {
      const share = (high - Math.log10(Math.max(regret, 10 ** low))) / (high - low);
      return PANEL.top + PANEL.height * Math.min(1, Math.max(0, share));
    },
    marks: marksBetween(low, high),
  };
};

const points = ({ x, y }: Scales, values: readonly number[]): string[] =>
  values.map((regret, i) => `${px(x((i + 1) * EVERY))},${px(y(regret))}`);

const curve = (
  scales: Scales,
  { lower, median, upper }: QuartileCurve,
  colour: string,
  dash: string,
): string => {
  const band = [...points(scales, upper), ...points(scales, lower).reverse()].join(' ');
  const line = points(scales, median).join(' ');
  return (
    `<polygon points="${band}" fill="${colour}" fill-opacity="0.14"/>` +
    `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="1.8"${dash}/>`
  );
};

/** 0.01 rather than 1e-2, while that is short. */
const markLabel = (mark: number): string =>
  mark >= 0.0009 && mark < 1e5 ? String(Number(mark.toPrecision(3))) : mark.toExponential(0).replace('+', '');

const panel = (pair: DrawnPair): string => {
  const scales = scalesOf(pair);
  const [left, right] = [PANEL.left, PANEL.left + PANEL.width];
  const base = PANEL.top + PANEL.height;
  const grid = scales.marks.map((mark) => {
    const y = scales.y(mark);
    const line = `<line x1="${left}" x2="${right}" y1="${px(y)}" y2="${px(y)}" stroke="${INK}" stroke-opacity="0.25"/>`;
    return line + text(left - 4, y + 3, markLabel(mark), 'text-anchor="end"');
  });
  const ticks = [0, pair.trials / 2, pair.trials].map((trial) =>
    text(scales.x(trial), base + 13, String(trial), 'text-anchor="middle"'),
  );
  return [
    text(left, PANEL.top - 8, pair.function, 'font-weight="600"'),
    ...grid,
    `<line x1="${left}" x2="${right}" y1="${base}" y2="${base}" stroke="${INK}"/>`,
    ...ticks,
    curve(scales, pair.curves.optuna, OPTUNA, ' stroke-dasharray="5 3"'),
    curve(scales, pair.curves.ours, OURS, ''),
  ].join('\n');
};

const legend = (sampler: string): string =>
  [
    text(0, 13, `${sampler}: regret by number of runs`, 'font-weight="600" font-size="12"'),
    `<line x1="300" x2="324" y1="9" y2="9" stroke="${OURS}" stroke-width="1.8"/>`,
    text(330, 13, 'Plumage'),
    `<line x1="390" x2="414" y1="9" y2="9" stroke="${OPTUNA}" stroke-width="1.8" stroke-dasharray="5 3"/>`,
    text(420, 13, 'Optuna'),
    text(480, 13, 'medians over the seeds, bands between the quartiles'),
  ].join('\n');

const isDrawn = (pair: Pair): pair is DrawnPair => pair.curves !== undefined;

interface Section {
  readonly svg: string;
  readonly height: number;
}

/** The panels of one mode under its title. */
const section = (mode: Mode, pairs: readonly DrawnPair[], columns: number, top: number): Section => {
  const cells = pairs.map((pair, i) => {
    const [x, y] = [(i % columns) * cellWidth, top + SECTION_HEAD + Math.floor(i / columns) * cellHeight];
    return `<g transform="translate(${x} ${y})">\n${panel(pair)}\n</g>`;
  });
  return {
    svg: [text(0, top + 10, rowTitles[mode], 'font-style="italic"'), ...cells].join('\n'),
    height: SECTION_HEAD + Math.ceil(pairs.length / columns) * cellHeight,
  };
};

/** @param pairs of one sampler, with their curves */
export const curvesSvg = (sampler: string, pairs: readonly Pair[]): string => {
  const drawn = pairs.filter(isDrawn);
  const columns = new Set(drawn.map((pair) => pair.function)).size > 8 ? 5 : 4;
  const sections: Section[] = [];
  const heightOf = () => sections.reduce((sum, { height }) => sum + height, HEAD);
  for (const mode of Object.keys(rowTitles) as Mode[]) {
    const ofMode = drawn.filter((pair) => pair.mode === mode);
    if (ofMode.length > 0) sections.push(section(mode, ofMode, columns, heightOf()));
  }
  const [width, height] = [columns * cellWidth, heightOf()];
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const label = `${sampler}: regret of Plumage and Optuna by number of runs`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif" font-size="10" fill="${INK}" role="img" aria-label="${label}">
${legend(sampler)}
${sections.map(({ svg }) => svg).join('\n')}
</svg>
`;
};
