/** Numbers and times as a person reads them in a table; programs get them whole, from --json. */

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** "3 min", "2 h", "5 d": one unit, rounded down. */
const spanText = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  for (const [name, size] of units) if (seconds >= size) return `${Math.floor(seconds / size)} ${name}`;
  return `${seconds} s`;
};

/** "3 min ago" for an ISO time; null for null. */
export const agoText = (iso: string | null, now: Date): string | null =>
  iso === null ? null : `${spanText(now.getTime() - Date.parse(iso))} ago`;

/** How long from one ISO time to another, or to now; null before the first. */
export const durationText = (from: string | null, to: string | null, now: Date): string | null =>
  from === null ? null : spanText((to === null ? now.getTime() : Date.parse(to)) - Date.parse(from));

/** Four significant digits; null for null. */
export const figureText = (value: number | null): string | null =>
  value === null ? null : String(Number(value.toPrecision(4)));

/** "1200/5000", or "1200" when the end is not known. */
export const stepText = (step: number, total: number | null): string =>
  total === null ? String(step) : `${step}/${total}`;

/** A parameter's value on one line. */
export const valueText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
