import { formatValue } from '@plumage/charts';

/** A configuration's value as text: numbers without false precision, lists with commas, the rest as JSON. */
export const sayConfigValue = (value: unknown): string => {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return formatValue(value, 6);
  if (typeof value === 'string') return value === '' ? '“”' : value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(sayConfigValue).join(', ');
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
};
