/** Every question at the end, put to the database, to the store, to the graph and to the page that stayed open. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { checkCurves } from './curve.check.ts';
import { readFacts, readRunChanges } from './facts.sql.ts';
import type { Ask } from './graph.client.ts';
import { checkLive, type LiveFigures } from './live.check.ts';
import type { LiveReader } from './live.reader.ts';
import { listStoredFiles } from './stored.files.ts';
import { type Expectation, type Figures, judge, type Verdict } from './verdict.rule.ts';

export interface CheckOptions {
  readonly ask: Ask;
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly expectation: Expectation;
  readonly live: LiveReader;
  readonly signal: AbortSignal;
}

export interface Checked {
  readonly figures: Figures & { readonly changesMissed: number; readonly changesDoubled: number };
  readonly findings: readonly string[];
  readonly runs: number;
  readonly attempts: number;
}

/** Collection and a reader that is coming back take a while; what is not right by then is wrong. */
const patienceMs = 45_000;

export const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Looks again until it is well, or the patience is over. @returns the last look */
const untilWell = async <T>(
  signal: AbortSignal,
  look: () => Promise<T>,
  isWell: (seen: T) => boolean,
): Promise<T> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isWell(seen) || Date.now() > deadline) return seen;
    await sleep(1_000, undefined, { signal });
  }
};

export const checkAll = async (options: CheckOptions): Promise<Checked> => {
  const { ask, databaseUrl, dataDir, expectation, live, signal } = options;
  const verdict = await untilWell<Verdict>(
    signal,
    async () => {
      const facts = await withClient(databaseUrl, readFacts);
      return judge(facts, await listStoredFiles(dataDir), expectation);
    },
    ({ figures }) => figures.orphanedBlobs === 0,
  );
  const told = await untilWell<LiveFigures>(
    signal,
    async () => checkLive(await withClient(databaseUrl, readRunChanges), live.cursors),
    ({ missed }) => missed === 0,
  );
  const facts = await withClient(databaseUrl, readFacts);
  const curves = await checkCurves(ask, facts, expectation);
  const { figures } = verdict;
  return {
    figures: {
      ...figures,
      pointsMissing: Math.max(figures.pointsMissing, curves.missing),
      pointsDoubled: Math.max(figures.pointsDoubled, curves.doubled),
      changesMissed: told.missed,
      changesDoubled: told.doubled,
    },
    findings: [...verdict.findings, ...curves.findings],
    runs: facts.runs.length,
    attempts: facts.runs.reduce((total, { attempts }) => total + attempts, 0),
  };
};
