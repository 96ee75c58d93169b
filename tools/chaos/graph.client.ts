/** Questions to the graph as a person would ask them, in plain text: the tests look at the product from outside. */

/** The graph refused; the message holds its errors. */
export class GraphRefusal extends Error {
  override readonly name = 'GraphRefusal';
}

export type Ask = <T>(query: string, variables?: object) => Promise<T>;

const timeoutMs = 15_000;

/** @throws GraphRefusal, or fetch's error while nobody answers */
export const askGraph =
  (url: string, key: string): Ask =>
  async (query, variables = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.headers.get('content-type')?.includes('json')) {
      throw new GraphRefusal(`${response.status}: ${text.slice(0, 200)}`);
    }
    const { data, errors } = JSON.parse(text) as { data: never; errors?: unknown };
    if (errors !== undefined) throw new GraphRefusal(JSON.stringify(errors));
    return data;
  };
