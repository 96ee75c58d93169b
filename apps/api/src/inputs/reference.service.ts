/**
 * From a reference (contract: CheckpointReference) to the checkpoint that it means now, or to a sentence for people:
 * what is wrong with it, and what would be right.
 */
import {
  type CheckpointKey,
  checkpointKeys,
  expectedReference,
  isTerminalRun,
  parseCheckpointReference,
} from '@plumage/contract';
import type { Transaction } from '../database.ts';
import type { Checkpoint } from '../generated/prisma/client.ts';
import { isId } from '../id.ts';
import {
  countSweepsNamed,
  holdCheckpointsOf,
  type NamedRun,
  runOfCheckpoint,
  runsNamed,
} from './reference.sql.ts';

export type Referenced =
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  /** A run that goes on has not written it yet. */
  | { readonly kind: 'not-yet'; readonly message: string; readonly expected: string }
  | { readonly kind: 'wrong'; readonly message: string; readonly expected: string };

const wrong = (message: string, expected: string): Referenced => ({ kind: 'wrong', message, expected });

const nameOf = (run: NamedRun): string => `${run.sweepName}/${run.name}`;

const listed = (steps: readonly number[]): string =>
  steps.length > 6 ? `${steps.slice(0, 6).join(', ')}, ...` : steps.join(', ');

/** @param hold keep retention from what is found until the transaction ends */
export async function findReferenced(
  tx: Transaction,
  { key, text }: { readonly key: CheckpointKey; readonly text: string },
  hold = false,
): Promise<Referenced> {
  const reference = parseCheckpointReference(text);
  if (reference === null) return wrong(`${JSON.stringify(text)} names no checkpoint`, expectedReference);
  const run =
    reference.kind === 'id' ? await runById(tx, reference.checkpointId) : await runByName(tx, reference);
  if ('kind' in run) return run;
  const trainer = checkpointKeys[key];
  if (run.trainer !== trainer) {
    const what =
      run.trainer === 'command' ? 'was trained by a program' : `is a run of trainer ${run.trainer}`;
    return wrong(`${nameOf(run)} ${what}`, `a run of trainer ${trainer}`);
  }
  if (key === 'eval_encoder_checkpoint' && run.objective === 'caption-pairs') {
    const message = `${nameOf(run)} was trained on captions alone and cannot measure pictures`;
    return wrong(message, 'a run with objective image-text');
  }
  if (hold) await holdCheckpointsOf(tx, run.id);
  return reference.kind === 'id' ? byId(tx, run, reference.checkpointId) : ofRun(tx, run, reference.step);
}

async function runById(tx: Transaction, checkpointId: string): Promise<NamedRun | Referenced> {
  const run = isId(checkpointId) ? await runOfCheckpoint(tx, checkpointId) : undefined;
  const message = `there is no checkpoint ${checkpointId}; it may have been cleared away`;
  return run ?? wrong(message, 'a checkpoint that is there, or sweep/run for the newest of a run');
}

async function runByName(
  tx: Transaction,
  { sweep, run: name }: { readonly sweep: string; readonly run: string },
): Promise<NamedRun | Referenced> {
  const digits = /-(\d{1,9})$/.exec(name)?.[1];
  const found = digits === undefined ? [] : await runsNamed(tx, { sweep, run: name, number: Number(digits) });
  const [run, another] = found;
  if (run === undefined) {
    const isKnown = (await countSweepsNamed(tx, sweep)) > 0;
    return isKnown
      ? wrong(`sweep ${JSON.stringify(sweep)} has no run ${name}`, 'a run of that sweep, such as gull-0001')
      : wrong(`there is no sweep ${JSON.stringify(sweep)}`, 'the name of a sweep, or its id');
  }
  if (another === undefined) return run;
  return wrong(
    `several sweeps are called ${JSON.stringify(sweep)} and have a run ${name}`,
    `the sweep's id instead: ${found.map(({ sweepId }) => `${sweepId}/${name}`).join(' or ')}`,
  );
}

async function byId(tx: Transaction, run: NamedRun, checkpointId: string): Promise<Referenced> {
  const checkpoint = await tx.checkpoint.findUnique({ where: { id: checkpointId } });
  if (checkpoint === null) {
    return wrong(`the checkpoint ${checkpointId} of ${nameOf(run)} was cleared away`, 'one that is there');
  }
  return checkpoint.damagedAt === null ? { kind: 'checkpoint', checkpoint } : damaged(run, checkpoint);
}

const damaged = (run: NamedRun, { step, damageReason }: Checkpoint): Referenced =>
  wrong(
    `the checkpoint of ${nameOf(run)} at step ${step} is damaged: ${damageReason ?? 'it could not be read'}`,
    'another checkpoint of that run, or none of its steps for the newest that can be read',
  );

async function ofRun(tx: Transaction, run: NamedRun, step: number | null): Promise<Referenced> {
  const all = await tx.checkpoint.findMany({
    where: { runId: run.id, superseded: false },
    orderBy: [{ step: 'desc' }, { epoch: 'desc' }],
  });
  const readable = all.filter(({ damagedAt }) => damagedAt === null);
  const checkpoint = step === null ? readable[0] : readable.find((each) => each.step === step);
  if (checkpoint !== undefined) return { kind: 'checkpoint', checkpoint };
  const unreadable = step === null ? undefined : all.find((each) => each.step === step);
  if (unreadable !== undefined) return damaged(run, unreadable);
  const where = `it is ${run.state.toLowerCase()} at step ${run.step}`;
  if (!isTerminalRun(run.state) && (step === null || step > run.step)) {
    const which = step === null ? 'no checkpoint' : `no checkpoint of step ${step}`;
    const message = `${nameOf(run)} has written ${which} yet: ${where}`;
    return { kind: 'not-yet', message, expected: 'a run that has written it; then run this one again' };
  }
  if (step === null || readable.length === 0) {
    const message = `${nameOf(run)} has no checkpoint that can be read: ${where}`;
    return wrong(message, 'a run that has written one');
  }
  const steps = readable.map((each) => each.step);
  return wrong(`${nameOf(run)} has no checkpoint of step ${step}`, `one of its steps: ${listed(steps)}`);
}
