/** One range of a Range header. Several ranges, or a unit other than bytes, are answered with the whole (RFC 9110). */
export type ByteRange = { readonly start: number; readonly end: number };

/** @returns null for the whole, 'unsatisfiable' when it lies outside of `size` bytes. */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const last = size - 1;
  if (match[1] === '') {
    const suffix = Number(match[2]);
    return suffix === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - suffix), end: last };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? last : Math.min(Number(match[2]), last);
  return start > last || start > end ? 'unsatisfiable' : { start, end };
}
