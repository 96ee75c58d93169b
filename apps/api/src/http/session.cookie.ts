/** The session's cookie: out of reach of scripts, never sent from another site's page. */

export const SESSION_COOKIE = 'plumage_session';

/** The token in a Cookie header, or undefined. Tokens need no decoding: letters, digits, "-" and "_". */
export function readSessionCookie(header: string | undefined): string | undefined {
  return header === undefined
    ? undefined
    : /(?:^|;\s*)plumage_session=([\w-]{1,200})(?:;|$)/.exec(header)?.[1];
}

/** @param secure true when the page was loaded over https; on the loopback it is not. A life of 0 removes it. */
export function sessionCookie(token: string, maxAgeMs: number, secure: boolean): string {
  const life = Math.floor(maxAgeMs / 1000);
  return `${SESSION_COOKIE}=${token}; Max-Age=${life}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
