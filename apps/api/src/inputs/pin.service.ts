/**
 * Pinning: when a run is about to be claimed for the first time, each checkpoint that its configuration names is
 * looked up and kept with the run (docs/adr/0011). From then on every attempt, every render and the lineage mean that
 * one. A run whose reference means nothing fails in words and costs no agent a start.
 */
import {
  type CheckpointKey,
  isBuiltIn,
  isCheckpointKey,
  referencesIn,
  trainerHyperparameters,
} from '@plumage/contract';
import type { Transaction } from '../database.ts';
import { announce } from '../live/announce.sql.ts';
import { awaitingInputs, type AwaitingRun, failUnstarted, neverStarted } from './pin.sql.ts';
import { findReferenced, type Referenced } from './reference.service.ts';

type Inputs = Map<CheckpointKey, string>;
type Config = Readonly<Record<string, unknown>>;

/** After so many failures, and no run that ever started, the sweep waits for a person. */
const MOST_FAILURES = 3;

/**
 * @param among only these runs; null: whichever are to be claimed next
 * @returns how many runs may be claimed now that could not before
 */
export async function pinInputs(
  tx: Transaction,
  sweepId: string,
  limit: number,
  among: readonly string[] | null = null,
): Promise<number> {
  const runs = await awaitingInputs(tx, sweepId, limit, among);
  if (runs.length === 0) return 0;
  const looked = new Map<string, Referenced>();
  let pinned = 0;
  for (const run of runs) {
    const inputs = await inputsOf(tx, run, looked);
    if (typeof inputs === 'string') {
      await failUnstarted(tx, run.id, inputs);
      await announce(tx, [{ kind: 'RUN', sweepId, runId: run.id, detail: { state: 'FAILED' } }]);
      continue;
    }
    const rows = [...inputs].map(([key, checkpointId]) => ({ runId: run.id, key, checkpointId }));
    await tx.runInput.createMany({ data: rows });
    await tx.run.update({ where: { id: run.id }, data: { awaitsInputs: false } });
    pinned += 1;
  }
  if (pinned === 0) await pauseHopeless(tx, sweepId);
  return pinned;
}

/** The checkpoint of each key; a sentence when one of them means nothing. */
async function inputsOf(
  tx: Transaction,
  run: AwaitingRun,
  looked: Map<string, Referenced>,
): Promise<Inputs | string> {
  const config = run.config as Config;
  const inputs = await inheritedFromParent(tx, run, config);
  for (const { key, text } of referencesIn(config)) {
    if (inputs.has(key)) continue;
    const found = looked.get(`${key} ${text}`) ?? (await findReferenced(tx, { key, text }, true));
    looked.set(`${key} ${text}`, found);
    if (found.kind !== 'checkpoint') return `${key}: ${found.message}; expected ${found.expected}.`;
    inputs.set(key, found.checkpoint.id);
  }
  await addInputsOfInputs(tx, run.trainer, inputs);
  return inputs;
}

/** A run of a population goes on with its parent's networks, and so with what its parent was given. */
async function inheritedFromParent(tx: Transaction, run: AwaitingRun, config: Config): Promise<Inputs> {
  if (run.parentRunId === null) return new Map();
  const parent = await tx.run.findUnique({
    where: { id: run.parentRunId },
    select: { config: true, inputs: true },
  });
  const former = (parent?.config ?? {}) as Config;
  return new Map(
    (parent?.inputs ?? []).flatMap(({ key, checkpointId }) =>
      isCheckpointKey(key) && former[key] === config[key] ? [[key, checkpointId]] : [],
    ),
  );
}

/** A generator that was trained with a text encoder draws only what that encoder says: it comes along. */
async function addInputsOfInputs(tx: Transaction, trainer: string, inputs: Inputs): Promise<void> {
  const generatorId = inputs.get('generator_checkpoint');
  const key = 'text_encoder_checkpoint';
  if (generatorId === undefined || inputs.has(key) || !isBuiltIn(trainer)) return;
  if (!trainerHyperparameters[trainer].checkpointKeys.includes(key)) return;
  const given = await tx.runInput.findFirst({
    where: { key, run: { checkpoints: { some: { id: generatorId } } } },
  });
  if (given !== null) inputs.set(key, given.checkpointId);
}

/** Without this a search without an end would fail run after run for the same reason. */
async function pauseHopeless(tx: Transaction, sweepId: string): Promise<void> {
  const failed = await neverStarted(tx, sweepId);
  if (failed < MOST_FAILURES) return;
  const { count } = await tx.sweep.updateMany({
    where: { id: sweepId, state: 'RUNNING' },
    data: {
      state: 'PAUSED',
      stateReason: `paused: ${failed} runs name a checkpoint that they cannot have, and none has started`,
    },
  });
  if (count > 0) await announce(tx, [{ kind: 'SWEEP', sweepId, detail: { state: 'PAUSED' } }]);
}
