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

/** A sentence for a refused sign-in. The server does not say which of its reasons it was, so neither can the page. */
export const sayRefusal = (status: number): string => {
  if (status === 429) return 'Too many attempts. Wait a minute, then try again.';
  if (status === 400 || status === 401 || status === 403) {
    return 'This link or key does not work. A link works once, and for ten minutes; a key may have expired or been revoked.';
  }
  if (status === 502 || status === 503) return 'The server is not ready yet. Try again in a moment.';
  return `The server could not sign you in (status ${status}).`;
};
