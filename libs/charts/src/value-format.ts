/** How numbers are written on axes and beside cursors: short, without false precision, the same everywhere. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A training step: 1,200. */
export const formatStep = (step: number): string => grouped.format(step);

/** A training step on an axis: 0, 500, 1.2k, 40k, 1M. */
export const formatStepTick = (step: number): string => {
  const size = Math.abs(step);
  if (size >= 1_000_000) return `${trimZeros((step / 1_000_000).toFixed(2))}M`;
  if (size >= 1_000) return `${trimZeros((step / 1_000).toFixed(1))}k`;
  return trimZeros(step.toFixed(1));
};

/** A measured value with at most `digits` significant digits: 0.0123, 1,234, 1.2e-7; null is a dash. */
export const formatValue = (value: number | null | undefined, digits = 4): string => {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 10 ** digits) return size >= 1e9 ? value.toExponential(2) : grouped.format(value);
  if (size < 1e-4) return value.toExponential(Math.max(0, Math.min(digits, 3) - 1));
  return trimZeros(value.toPrecision(digits));
};

const trimZeros = (text: string): string =>
  text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text;
