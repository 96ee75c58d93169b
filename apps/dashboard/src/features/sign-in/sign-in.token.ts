/** Reading a sign-in token from an address or from what somebody pasted, and saying why a sign-in was refused. */

const tokenParameter = (text: string): string | null => {
  const token = new URLSearchParams(text).get('token');
  return token === null || token === '' ? null : token;
};

/** The token of `…/sign-in#token=…` or `…/sign-in?token=…`, or null. */
export const tokenOfAddress = (address: string): string | null => {
  if (!URL.canParse(address)) return null;
  const { hash, search } = new URL(address);
  return tokenParameter(hash.replace(/^#/, '')) ?? tokenParameter(search);
};

/** The token in a pasted link or key; null when the text can be neither. */
export const tokenIn = (text: string): string | null => {
  const trimmed = text.trim();
  if (trimmed === '' || /\s/.test(trimmed)) return null;
  if (/^https?:/i.test(trimmed)) return tokenOfAddress(trimmed);
  return tokenParameter(trimmed.replace(/^.*[#?]/, '')) ?? trimmed;
};

const codeOf = (body: unknown): string => {
  if (typeof body !== 'object' || body === null) return '';
  const inner: unknown =
    'error' in body && typeof body.error === 'object' && body.error !== null ? body.error : body;
  return typeof inner === 'object' && inner !== null && 'code' in inner ? String(inner.code) : '';
};

/** A sentence for a refused sign-in, by the server's code where it has one, else by the status. */
export const sayRefusal = (status: number, body: unknown): string => {
  const code = codeOf(body).toLowerCase();
  if (code.includes('used'))
    return 'This sign-in link was used already. Each link works once: ask the server for a new one.';
  if (code.includes('expired')) return 'This sign-in link has expired. Ask the server for a new one.';
  if (code.includes('revoked')) return 'This key was revoked.';
  if (status === 429) return 'Too many attempts. Wait a minute, then try again.';
  if (status === 400 || status === 401 || status === 403) {
    return 'The server does not know this link or key. A link works once and for ten minutes; a key may have been revoked.';
  }
  return `The server could not sign you in (status ${status}).`;
};
