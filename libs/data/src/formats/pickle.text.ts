/** Texts as protocol 0 writes them: Python's repr, quotes and escapes included. */

const ESCAPES: Readonly<Record<string, number>> = {
  '\\': 0x5c,
  "'": 0x27,
  '"': 0x22,
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/** The bytes of a quoted text, or null when it is not quoted or an escape is none. */
export const pythonText = (line: string): Uint8Array | null => {
  const text = line.trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) return null;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 1; at < text.length - 1; at++) {
    if (text[at] !== '\\') {
      bytes[length++] = text.charCodeAt(at);
      continue;
    }
    const hex = /^x([0-9a-fA-F]{2})/.exec(text.slice(at + 1, at + 4));
    const known = ESCAPES[text[at + 1] ?? ''];
    if (hex === null && known === undefined) return null;
    bytes[length++] = hex === null ? (known as number) : Number.parseInt(hex[1] as string, 16);
    at += hex === null ? 1 : 3;
  }
  return bytes.subarray(0, length);
};
