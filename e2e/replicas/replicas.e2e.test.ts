/** Two API processes behind one address, as docs/replicas.md tells to run them, with agents that train. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addSweep,
  askGraph,
  checkLive,
  expectationOf,
  type Fleet,
  judge,
  listStoredFiles,
  readFacts,
  readProgress,
  readRunChanges,
  startFleet,
  startLiveReader,
  startPageReaders,
  steps,
  withClient,
} from '../../tools/chaos/index.ts';
import { createTestDatabase, type TestDatabase } from '../../tools/testing/test-database.ts';

let database: TestDatabase;
let folder: string;
let fleet: Fleet;
let endedByThemselves: string[];

beforeEach(async () => {
  endedByThemselves = [];
  [database, folder] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'plumage-replicas-')),
  ]);
  fleet = await startFleet({
    databaseUrl: database.url,
    folder,
    slots: [1, 1],
    // The balancer looks every 250 ms, with up to a second of patience on a busy machine.
    apiEnv: { PLUMAGE_DRAIN_MS: '2500' },
    onEnd: (name, { byItself }) => {
      if (byItself) endedByThemselves.push(name);
    },
  });
});
afterEach(async () => {
  await fleet.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const patienceMs = 180_000;

const until = async (what: string, look: () => Promise<boolean> | boolean): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within three minutes`);
    await sleep(100);
  }
};

const answers = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
};

/** One replica goes and comes back, as a rolling update does it. */
const restart = async (replica: number): Promise<void> => {
  const [api, url] = [fleet.apis[replica], fleet.apiUrls[replica] ?? ''];
  const before = api?.pid;
  expect(api?.strike('SIGTERM', 0)).toBe(true);
  await until(
    `the return of replica ${replica + 1}`,
    async () => api?.pid !== undefined && api.pid !== before && (await answers(url)),
  );
  await fleet.balancer.check();
};

const allEnded = async (): Promise<boolean> => (await readProgress(fleet.ask)).open === 0;

const outcomes = (client: pg.Client) =>
  client
    .query<{ outcome: string }>('select outcome from "Attempt"')
    .then(({ rows }) => new Set(rows.map(({ outcome }) => outcome)));

describe('two replicas behind one address', () => {
  it('restarted in turn under load lose nothing: no attempt, no point, no picture, no request, no change', async () => {
    const reference = await addSweep(fleet.ask, 1, 4);
    for (const { process } of fleet.agents) process.start();
    await until('the undisturbed sweep', allEnded);
    const expectation = await withClient(database.url, async (client) =>
      expectationOf(await readFacts(client), reference, steps),
    );

    const live = startLiveReader({ url: () => fleet.url, key: fleet.keys.userKey });
    const refusals: unknown[] = [];
    const pages = startPageReaders(fleet.ask, (error) => refusals.push(error));
    await addSweep(fleet.ask, 2, 4);
    await until('a change', () => live.cursors.length > 0);
    for (const replica of [0, 1, 0, 1]) await restart(replica);
    await until('the end', allEnded);
    await pages.stop();

    const { facts, ends } = await withClient(database.url, async (client) => ({
      facts: await readFacts(client),
      ends: await outcomes(client),
    }));
    const verdict = judge(facts, await listStoredFiles(fleet.dataDir), expectation);
    // Blobs that a spent checkpoint leaves behind are collected later: they are not what this is about.
    expect(verdict.findings.filter((finding) => !finding.startsWith('orphanedBlobs'))).toEqual([]);
    expect(facts.runs).toHaveLength(8);
    expect(ends).toEqual(new Set(['FINISHED']));
    expect(refusals).toEqual([]);
    expect(pages.answered()).toBeGreaterThan(0);
    expect(endedByThemselves).toEqual([]);
    expect(fleet.balancer.counts().every((count) => count > 0)).toBe(true);

    const told = () =>
      withClient(database.url, async (client) => checkLive(await readRunChanges(client), live.cursors));
    await until('the last change', async () => (await told()).missed === 0);
    expect(await told()).toEqual({ missed: 0, doubled: 0 });
    expect(live.breaks()).toBeGreaterThan(0);
    await live.stop();
  });

  it('tell each other’s pages: a change made on one reaches a subscriber at the other', async () => {
    const [first = '', second = ''] = fleet.apiUrls;
    const live = startLiveReader({ url: () => second, key: fleet.keys.userKey });
    const askFirst = askGraph(first, fleet.keys.userKey);
    fleet.agents[0]?.process.start();
    await addSweep(askFirst, 1, 2);
    await until('the first change', () => live.cursors.length > 0);
    const { runs } = await askFirst<{ runs: { edges: { node: { id: string } }[] } }>(
      '{ runs { edges { node { id } } } }',
    );
    const told = live.cursors.length;
    await askFirst('mutation ($runId: ID!) { cancelRun(input: { runId: $runId }) { run { id } } }', {
      runId: runs.edges[0]?.node.id,
    });
    await until('the news', () => live.cursors.length > told);
    await live.stop();
  });
});
