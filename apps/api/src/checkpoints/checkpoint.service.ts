/**
 * Checkpoints. A row is written only when every one of its files is in the store, in the transaction that holds the
 * fence: what the next attempt resumes from is complete by construction. Which ones stay: retention.sql.ts.
 */
import { BadInputError } from '../errors/api.error.ts';
import type { Checkpoint, PrismaClient } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { announce } from '../live/announce.sql.ts';
import { requireFence } from '../runs/fence.service.ts';
import type { Fence } from '../runs/lease.sql.ts';
import { requireStored } from '../samples/stored-blobs.ts';

const MAX_FILES = 64;

export interface NewCheckpoint {
  readonly step: number;
  readonly files: readonly { readonly name: string; readonly blobSha256: string }[];
}

/**
 * Idempotent on (run, epoch, step): the first files to be reported for a step stay.
 * @throws BadInputError with the path of the wrong file; LeaseLostError.
 */
export async function reportCheckpoint(
  database: PrismaClient,
  fence: Fence,
  given: NewCheckpoint,
): Promise<Checkpoint> {
  checkFiles(given);
  return await database.$transaction(async (tx) => {
    const held = await requireFence(tx, fence);
    const key = { runId: fence.runId, epoch: fence.epoch, step: given.step };
    const former = await tx.checkpoint.findUnique({ where: { runId_epoch_step: key } });
    if (former !== null) return former;
    await requireStored(
      tx,
      given.files.map((file, i) => ({ path: `input.files[${i}].blobSha256`, sha256: file.blobSha256 })),
    );
    const made = await tx.checkpoint.create({
      data: {
        id: newId(),
        ...key,
        files: { create: given.files.map((file) => ({ name: file.name, blobSha: file.blobSha256 })) },
      },
    });
    await announce(tx, [
      { kind: 'RUN', sweepId: held.sweepId, runId: fence.runId, detail: { state: 'RUNNING' } },
    ]);
    return made;
  });
}

/** A file's name is a label inside the checkpoint and is never used as a path; still it may not look like one. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

function checkFiles(given: NewCheckpoint): void {
  if (given.step < 0) throw new BadInputError('input.step', given.step, 'at least 0');
  if (given.files.length < 1 || given.files.length > MAX_FILES) {
    throw new BadInputError('input.files', given.files.length, `1 to ${MAX_FILES} files`);
  }
  const names = new Set<string>();
  given.files.forEach((file, i) => {
    if (!FILE_NAME.test(file.name)) {
      throw new BadInputError(`input.files[${i}].name`, file.name, '1 to 100 letters, digits, dots, dashes');
    }
    if (names.has(file.name))
      throw new BadInputError(`input.files[${i}].name`, file.name, 'a name of its own');
    names.add(file.name);
  });
}
