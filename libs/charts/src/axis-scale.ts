/** From values to places along an axis and back, with the ticks that fit: numbers, logarithms or categories. Pure. */
import { formatValue } from './value-format.ts';

export interface ChartAxis {
  readonly label: string;
  /** Names of the values, which are positions in this list; null for numbers. */
  readonly categories: readonly string[] | null;
  readonly isLog: boolean;
}

export interface AxisTick {
  /** From 0 at the low end to 1. */
  readonly at: number;
  readonly text: string;
}

export interface AxisScale {
  /** A value's place from 0 to 1; null when the axis has none for it. */
  place(value: number): number | null;
  /** The value at a place; of categories the nearest. */
  valueAt(place: number): number;
  /** A value in words. */
  name(value: number): string;
  ticks(most: number): readonly AxisTick[];
}

const categorical = (names: readonly string[]): AxisScale => {
  const place = (value: number): number | null =>
    names[value] === undefined ? null : (value + 0.5) / names.length;
  return {
    place,
    valueAt: (at) => Math.min(Math.max(Math.floor(at * names.length), 0), names.length - 1),
    name: (value) => names[value] ?? '–',
    ticks: (most) => {
      const every = Math.ceil(names.length / Math.max(1, most));
      return names.flatMap((text, i) => (i % every === 0 ? [{ at: (i + 0.5) / names.length, text }] : []));
    },
  };
};

/** 1, 2 or 5 times a power of ten, so that about `most` of them lie in `span`. */
const niceStep = (span: number, most: number): number => {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((n) => n * power >= rough * 0.8) ?? 10);
};

const linear = (low: number, high: number): AxisScale => {
  const span = high - low;
  const place = (value: number): number | null =>
    Number.isFinite(value) ? (span > 0 ? (value - low) / span : 0.5) : null;
  return {
    place,
    valueAt: (at) => low + at * span,
    name: (value) => formatValue(value),
    ticks: (most) => {
      if (!(span > 0)) return [{ at: 0.5, text: formatValue(low, 3) }];
      const step = niceStep(span, most);
      const ticks: AxisTick[] = [];
      for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) {
        ticks.push({ at: (n * step - low) / span, text: formatValue(n * step, 3) });
      }
      return ticks;
    },
  };
};

const logarithmic = (low: number, high: number): AxisScale => {
  const inner = linear(Math.log10(low), Math.log10(high));
  return {
    place: (value) => (value > 0 ? inner.place(Math.log10(value)) : null),
    valueAt: (at) => 10 ** inner.valueAt(at),
    name: (value) => formatValue(value),
    ticks: (most) => {
      const [from, to] = [Math.log10(low), Math.log10(high)];
      if (!(to > from)) return [{ at: 0.5, text: formatValue(low, 3) }];
      const perDecade = [
        [1, 2, 5],
        [1, 3],
      ].find((some) => (to - from) * some.length <= most);
      const factors = perDecade ?? [1];
      const every = Math.ceil(((to - from) * factors.length) / Math.max(1, most));
      const ticks: AxisTick[] = [];
      for (let power = Math.floor(from); power <= to; power++) {
        for (const factor of factors) {
          const at = (power + Math.log10(factor) - from) / (to - from);
          if (at >= -1e-9 && at <= 1 + 1e-9) ticks.push({ at, text: formatValue(factor * 10 ** power, 3) });
        }
      }
      return ticks.filter((_, i) => i % every === 0);
    },
  };
};

/** The scale of an axis that has to hold `values`. An axis of numbers without a finite one is 0 to 1. */
export const axisScale = (axis: ChartAxis, values: readonly number[]): AxisScale => {
  if (axis.categories !== null) return categorical(axis.categories);
  const finite = values.filter((value) => Number.isFinite(value) && (!axis.isLog || value > 0));
  if (finite.length === 0) return linear(0, 1);
  let low = finite[0] ?? 0;
  let high = low;
  for (const value of finite) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return axis.isLog ? logarithmic(low, high) : linear(low, high);
};
