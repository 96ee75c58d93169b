/** People with pages open: they list runs, read curves and look at pictures the whole time, whatever happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask } from './graph.client.ts';

export interface PageReaders {
  readonly answered: () => number;
  readonly refused: () => number;
  stop(): Promise<void>;
}

const pauseMs = 400;

interface Runs {
  readonly runs: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
}

const look = async (ask: Ask): Promise<void> => {
  const { runs } = await ask<Runs>(
    '{ runs(first: 50) { edges { node { id name state step attempts { epoch outcome } } } } }',
  );
  const runIds = runs.edges.map(({ node }) => node.id);
  if (runIds.length === 0) return;
  await ask(
    'query ($runIds: [ID!]!) { series(input: { runIds: $runIds, keys: ["g/loss"], points: 200 }) { steps last } }',
    { runIds },
  );
  await ask('{ samples(first: 40) { edges { node { id step prompt url } } } }');
};

/** @param onFault told of each question that got no answer */
export const startPageReaders = (ask: Ask, onFault: (error: unknown) => void = () => {}): PageReaders => {
  const stopping = new AbortController();
  let answered = 0;
  let refused = 0;
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await look(ask);
        answered += 1;
      } catch (error) {
        refused += 1;
        onFault(error);
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const done = run();
  return {
    answered: () => answered,
    refused: () => refused,
    async stop() {
      stopping.abort();
      await done;
    },
  };
};
