/**
 * The one urql client of a browser tab: same origin, session cookie, no key in the page. A request without a
 * session goes to the sign-in page, and comes back to where it was. On the server nothing is fetched at all: pages
 * arrive as their skeleton, and the browser asks.
 */
import { type Client, cacheExchange, createClient, fetchExchange, mapExchange } from 'urql';
import { leaveForSignIn } from './session.ts';

const isUnauthenticated = (code: unknown): boolean =>
  code === 'UNAUTHENTICATED' || code === 'unauthenticated';

const watchSession = mapExchange({
  onError: (error) => {
    const status: unknown = (error.response as { status?: unknown } | undefined)?.status;
    if (status === 401 || error.graphQLErrors.some((one) => isUnauthenticated(one.extensions.code)))
      leaveForSignIn();
  },
});

export const makeClient = (): Client =>
  createClient({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    exchanges: typeof window === 'undefined' ? [] : [cacheExchange, watchSession, fetchExchange],
  });
