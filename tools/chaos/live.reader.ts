/**
 * A page that never closes: subscribed to every change of a run, through the balancer. When its stream breaks it comes
 * back with the last cursor that it has seen, so in the end it must have seen each change once.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface LiveReader {
  /** Cursors in the order of their arrival. */
  readonly cursors: readonly string[];
  /** How often it had to come back. */
  readonly breaks: () => number;
  stop(): Promise<void>;
}

interface Event {
  readonly data?: { readonly runChanged: { readonly cursor: string } } | null;
  readonly errors?: readonly { readonly message: string }[];
}

const query = 'subscription ($after: String) { runChanged(after: $after) { cursor run { id state } } }';

/** Payloads of the `next` events of a stream. Ends when the stream does. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const lines = rest.slice(0, end).split('\n');
      rest = rest.slice(end + 2);
      const field = (name: string): string | undefined =>
        lines
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim();
      const data = field('data');
      if (field('event') === 'next' && data) yield JSON.parse(data) as Event;
    }
  }
}

export interface LiveReaderOptions {
  /** Where it subscribes, asked anew each time. */
  readonly url: () => string;
  readonly key: string;
  /** Go on after this cursor; from now on when left out. */
  readonly after?: string;
}

export const startLiveReader = (options: LiveReaderOptions): LiveReader => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const cursors: string[] = [];
  let after = options.after;
  let breaks = 0;

  const readOn = async (): Promise<void> => {
    const response = await fetch(`${options.url()}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${options.key}`,
      },
      body: JSON.stringify({ query, variables: { after: after ?? null } }),
      signal,
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      return;
    }
    for await (const { data, errors } of eventsOf(response.body)) {
      // What could not be read is asked for again, from the cursor before it.
      if (errors !== undefined || !data) return;
      after = data.runChanged.cursor;
      cursors.push(after);
    }
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await readOn().catch(() => {});
      breaks += 1;
      await sleep(100, undefined, { signal }).catch(() => {});
    }
  };
  const done = run();
  return {
    cursors,
    breaks: () => breaks,
    async stop() {
      stopping.abort();
      await done;
    },
  };
};
