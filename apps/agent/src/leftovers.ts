/**
 * What an earlier agent in this work folder left behind: its results are delivered under its own lease and the run is
 * settled, before anything new is taken. A lease that was lost meanwhile means that another agent went on: what is
 * left is discarded, and said.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentApi } from './agent.api.ts';
import { describeVerdict, settleAttempt, startDelivery } from './attempt.conclusion.ts';
import { failedWith, judgeAttempt } from './attempt.verdict.ts';
import { endProcessesOf } from './command.process.ts';
import type { EventLog } from './event.log.ts';
import { isAlive, startTimeOf } from './process.table.ts';
import { type Leftover, listLeftovers, removeRunFolder, type StoredLease } from './run.folder.ts';

export interface LeftoverOptions {
  readonly api: AgentApi;
  readonly workDir: string;
  readonly server: string;
  readonly log: EventLog;
  readonly signal: AbortSignal;
  /** How long a child of the dead agent may take to write its last checkpoint. */
  readonly childGraceMs: number;
}

const childLives = ({ childPid, childStartTime }: StoredLease): boolean =>
  childPid !== null &&
  childStartTime !== null &&
  isAlive(childPid) &&
  startTimeOf(childPid) === childStartTime;

/** An orphaned child notices that its agent is gone, writes a checkpoint and ends; one that does not is ended. */
const awaitChild = async (lease: StoredLease, options: LeftoverOptions, log: EventLog): Promise<void> => {
  const deadline = Date.now() + options.childGraceMs;
  if (childLives(lease)) log.say('waiting for the former training process to write its checkpoint');
  while (childLives(lease) && Date.now() < deadline) await delay(100, undefined, { signal: options.signal });
  if (childLives(lease) && lease.childPid !== null) process.kill(lease.childPid, 'SIGKILL');
  // A program whose child was killed has nobody who looks after it.
  endProcessesOf(lease);
};

const deliver = async ({ folder, lease: stored }: Leftover, options: LeftoverOptions): Promise<void> => {
  const { api, signal } = options;
  if (stored === undefined) return removeRunFolder(folder);
  const log = options.log.with({ run: stored.runName });
  if (stored.server !== options.server) {
    return log.say(`its unsent results belong to ${stored.server}; they stay in ${folder.path}`, 'warn');
  }
  await awaitChild(stored, options, log);
  log.say('sending what an earlier agent has left');
  const lease = { runId: stored.runId, epoch: stored.epoch, token: stored.token };
  const delivery = startDelivery({ api, folder, lease, log, signal, onCommand: () => {} });
  const [results, output] = [await delivery.results(), await delivery.output()];
  let result: 'settled' | 'lease_lost' = 'lease_lost';
  if (results.kind !== 'lease_lost' && output.kind !== 'lease_lost') {
    const ended = delivery.ended();
    const verdict =
      results.kind === 'fault'
        ? failedWith(results.failure)
        : judgeAttempt(ended, 'shutdown', () => ({ failureClass: 'crashed', message: '' }));
    const step = ended?.step ?? 0;
    result = await settleAttempt({ api, lease, log, verdict, step, peakMemoryMb: null, signal });
    if (verdict.outcome === 'FAILED') log.say(describeVerdict(verdict, step), 'error');
  }
  if (result === 'lease_lost')
    log.say('its lease is lost: another agent goes on; what was left is discarded', 'warn');
  else log.say('sent; the run goes on from its last checkpoint');
  removeRunFolder(folder);
};

/** @throws the signal's reason */
export const deliverLeftovers = async (options: LeftoverOptions): Promise<void> => {
  for (const leftover of listLeftovers(options.workDir)) await deliver(leftover, options);
};
