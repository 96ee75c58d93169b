/**
 * The whole story: bring everything up, train each configuration once in peace, then kill under load, then leave
 * everything alone until it has ended, then look whether anything was lost or came twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosOptions } from './chaos.options.ts';
import { ChaosPostgres } from './chaos.postgres.ts';
import { type Checked, checkAll, withClient } from './check.all.ts';
import { readFacts } from './facts.sql.ts';
import { type Fleet, leaseMs, startFleet } from './fleet.ts';
import { type KillKind, planKills } from './kill.plan.ts';
import { startLiveReader } from './live.reader.ts';
import { leftOf, startLoadKeeper } from './load.keeper.ts';
import { startOperator } from './operator.ts';
import { startPageReaders } from './page.readers.ts';
import type { End } from './service.process.ts';
import { strike } from './striker.ts';
import { expectationOf, type Expectation } from './verdict.rule.ts';
import { addSweep, configurations, readProgress, steps } from './workload.ts';

export interface ChaosReport {
  readonly figures: Checked['figures'];
  readonly findings: readonly string[];
  readonly kills: number;
  readonly seed: number;
  readonly killsByKind: Readonly<Partial<Record<KillKind, number>>>;
  readonly runs: number;
  readonly attempts: number;
  /** Processes that ended though nobody had touched them, in words. */
  readonly endedByThemselves: readonly string[];
  readonly quarantines: number;
  /** How often the page that stays open lost its stream and came back. */
  readonly liveBreaks: number;
  readonly pagesAnswered: number;
  readonly pagesRefused: number;
  readonly seconds: number;
}

export interface ChaosEdges {
  /** Everything lies in here. */
  readonly folder: string;
  readonly say: (line: string) => void;
  /** Aborted: end at once. */
  readonly signal: AbortSignal;
}

/** Collection waits for it after an upload; an agent that stands still between upload and report outlasts it. */
const apiEnv = { PLUMAGE_BLOB_GRACE_MS: '3000', PLUMAGE_COLLECT_MS: '2000' };
const agentSlots = [1, 1, 2];
const victimPatienceMs = 10_000;
const agentGraceMs = 20_000;

interface Stage extends ChaosEdges {
  readonly options: ChaosOptions;
  readonly fleet: Fleet;
  readonly postgres: ChaosPostgres;
  /** Runs of each sweep: one of each configuration. */
  readonly runsEach: number;
}

/** Waits until every sweep has ended. */
const untilEnded = async ({ fleet, say, signal }: Stage): Promise<void> => {
  for (let saidAt = 0; ; ) {
    const progress = await readProgress(fleet.ask).catch(() => undefined);
    if (progress?.open === 0) return;
    if (progress !== undefined && Date.now() - saidAt > 10_000) {
      saidAt = Date.now();
      say(`${progress.finished} of ${progress.planned} runs are finished, ${leftOf(progress)} to come`);
    }
    await sleep(500, undefined, { signal });
  }
};

/** Trains each configuration once. @returns what every other run of it must come to */
const trainInPeace = async (stage: Stage): Promise<Expectation> => {
  const { fleet, postgres, say, runsEach } = stage;
  say(`training ${runsEach} configurations undisturbed`);
  const sweepId = await addSweep(fleet.ask, 1, runsEach);
  for (const { process } of fleet.agents) process.start();
  await untilEnded(stage);
  return expectationOf(await withClient(postgres.url, readFacts), sweepId, steps);
};

/** @returns how often each kind was done */
const killAll = async (stage: Stage): Promise<ChaosReport['killsByKind']> => {
  const { options, fleet, postgres, signal, say, runsEach } = stage;
  const load = startLoadKeeper({ ask: fleet.ask, runsEach, runsAtLeast: options.runs, signal });
  const plan = planKills(options.seed, leaseMs);
  const byKind: Partial<Record<KillKind, number>> = {};
  for (let done = 0; done < options.kills; ) {
    const kill = plan.next().value;
    await sleep(kill.afterMs, undefined, { signal });
    const deadline = Date.now() + victimPatienceMs;
    let what = strike(fleet, postgres, kill);
    while (what === undefined && Date.now() < deadline) {
      await sleep(50, undefined, { signal });
      what = strike(fleet, postgres, kill);
    }
    // Nobody of that kind lived for a while: the plan goes on with its next.
    if (what === undefined) continue;
    done += 1;
    byKind[kill.kind] = (byKind[kill.kind] ?? 0) + 1;
    say(`${String(done).padStart(4)}/${options.kills}  ${what}`);
  }
  await load.finish();
  return byKind;
};

const describeEnd = (name: string, { code, signal }: End): string =>
  `${name} ended by itself (${signal ?? `code ${code}`})`;

/** From a standing fleet to the report. */
const play = async (stage: Stage, ends: readonly string[]): Promise<ChaosReport> => {
  const { options, fleet, postgres, say, signal } = stage;
  const started = performance.now();
  const live = startLiveReader({ url: () => fleet.url, key: fleet.keys.userKey });
  const expectation = await trainInPeace(stage);
  const operator = startOperator(fleet.ask);
  const pages = startPageReaders(fleet.ask);
  say(`killing ${options.kills} times, seed ${options.seed}`);
  const killsByKind = await killAll(stage);
  say('nothing is touched any more; waiting for every run to end');
  await untilEnded(stage);
  await Promise.all([operator.stop(), pages.stop()]);
  await Promise.all(fleet.agents.map(({ process }) => process.stop('SIGTERM', agentGraceMs)));
  say('every run has ended and the agents have left; checking');
  const { ask, dataDir } = fleet;
  const { figures, findings, runs, attempts } = await checkAll({
    ...{ ask, dataDir, expectation, live, signal },
    databaseUrl: postgres.url,
  });
  await live.stop();
  return {
    ...{ figures, findings, killsByKind, runs, attempts },
    kills: options.kills,
    seed: options.seed,
    endedByThemselves: ends,
    quarantines: operator.quarantines(),
    liveBreaks: live.breaks(),
    pagesAnswered: pages.answered(),
    pagesRefused: pages.refused(),
    seconds: Math.round((performance.now() - started) / 1_000),
  };
};

/**
 * Leaves no process behind, whatever happens; what lies in the folder is the caller's.
 * @throws DatabaseError; the signal's reason; an Error when something could not be brought up (again)
 */
export const runChaos = async (options: ChaosOptions, edges: ChaosEdges): Promise<ChaosReport> => {
  const { folder, say } = edges;
  const broken = new AbortController();
  const signal = AbortSignal.any([edges.signal, broken.signal]);
  const ends: string[] = [];
  say('bringing up Postgres, two API processes and three agents');
  const postgres = await ChaosPostgres.start(folder, (error) => broken.abort(error));
  let fleet: Fleet | undefined;
  try {
    fleet = await startFleet({
      ...{ folder, apiEnv },
      databaseUrl: postgres.url,
      slots: agentSlots,
      onEnd(name, end) {
        if (!end.byItself) return;
        ends.push(describeEnd(name, end));
        say(describeEnd(name, end));
      },
    });
    const runsEach = Math.min(configurations, options.runs);
    return await play({ ...edges, signal, options, fleet, postgres, runsEach }, ends);
  } finally {
    await fleet?.close();
    await postgres.close();
  }
};
