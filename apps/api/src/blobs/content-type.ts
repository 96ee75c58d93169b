/**
 * What a blob is, by its first bytes; what its sender or its name says does not count. Anything that a browser could
 * run (SVG, HTML) has no entry here on purpose: it is bytes, and is downloaded.
 */

/** Enough of the beginning to decide. */
export const HEAD_BYTES = 64;

const MAGIC: readonly { type: string; matches: (head: Buffer) => boolean }[] = [
  {
    type: 'image/png',
    matches: (head) => head.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')),
  },
  { type: 'image/jpeg', matches: (head) => head.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')) },
  { type: 'image/gif', matches: (head) => /^GIF8[79]a/.test(head.toString('latin1', 0, 6)) },
  { type: 'image/webp', matches: (head) => /^RIFF....WEBP/s.test(head.toString('latin1', 0, 12)) },
  { type: 'application/vnd.safetensors', matches: isSafetensors },
  { type: 'application/json', matches: (head) => /^\s*[[{]/.test(head.toString('utf8')) },
];

/** A media type of this list, or application/octet-stream. */
export function contentTypeOf(head: Buffer): string {
  return MAGIC.find(({ matches }) => matches(head))?.type ?? 'application/octet-stream';
}

/** PNG, JPEG, GIF and WebP: what may be shown in a page and made into a thumbnail. */
export function isRaster(contentType: string): boolean {
  return contentType.startsWith('image/');
}

/** For the name of a download. */
export function extensionOf(contentType: string): string {
  if (contentType === 'application/octet-stream') return 'bin';
  return contentType.replace(/^.*[/.]/, '');
}

/** A safetensors file begins with the length of its JSON header (8 bytes, little endian) and the header's brace. */
function isSafetensors(head: Buffer): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false;
  const length = head.readBigUInt64LE(0);
  return length >= 2n && length <= 100_000_000n;
}
