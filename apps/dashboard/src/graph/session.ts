/** Where a tab goes when its session is missing or has ended. */

const signInPath = '/sign-in';

/** The page to return to after signing in: a path of this origin, never another address. */
export const returnPath = (wanted: string | null): string =>
  wanted !== null && /^\/(?![/\\])/.test(wanted) && !wanted.startsWith(signInPath) ? wanted : '/';

export const leaveForSignIn = (): void => {
  if (typeof window === 'undefined' || window.location.pathname === signInPath) return;
  const here = `${window.location.pathname}${window.location.search}`;
  window.location.assign(here === '/' ? signInPath : `${signInPath}?next=${encodeURIComponent(here)}`);
};
