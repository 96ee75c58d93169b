/** One sentence for an error of the server or the network, as a page shows it. */
import type { CombinedError } from 'urql';

export const sayError = (error: CombinedError): string => {
  const first = error.graphQLErrors[0];
  if (first !== undefined) return first.message;
  if (error.networkError !== undefined) return 'The server does not answer. The page tries again by itself.';
  return error.message;
};
