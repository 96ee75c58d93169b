/**
 * Brings the checkpoint that an attempt goes on from into its folder, each file verified against its address. A file
 * that does not come whole, again and again, while the server answers everything else, is damaged in its store: that
 * is said, so that the checkpoint before it is used, instead of waiting for ever.
 */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ApiError, ApiUnreachable, BlobMismatch } from '@plumage/api-client';
import { ServerVersionDocument } from '@plumage/api-client/operations';
import type { AgentApi, LeaseGranted } from './agent.api.ts';
import type { Patience } from './patience.ts';

type ResumeFrom = NonNullable<LeaseGranted['resumeFrom']>;

/** The server cannot give the checkpoint as it was stored. */
export class CheckpointUnavailable extends Error {
  override readonly name = 'CheckpointUnavailable';
  readonly code = 'CHECKPOINT_UNAVAILABLE';

  constructor(step: number, file: string, reason: string, cause: unknown) {
    super(`${file} of the checkpoint of step ${step} cannot be fetched whole: ${reason}`, { cause });
  }
}

/** Each round is several tries of the client. */
const rounds = 3;

/** Refusals that say something about the key, not about the file. */
const isAboutTheCaller = (error: ApiError): boolean =>
  error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN' || error.status === 429;

const fetchFile = async (
  api: AgentApi,
  sha256: string,
  to: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<unknown> => {
  let last: unknown;
  for (let round = 1; round <= rounds; round++) {
    try {
      await api.client.getBlob(sha256, to, { signal });
      return undefined;
    } catch (error) {
      if (error instanceof ApiError && isAboutTheCaller(error)) throw error;
      const aboutTheFile =
        error instanceof ApiError || error instanceof ApiUnreachable || error instanceof BlobMismatch;
      if (signal.aborted || !aboutTheFile) throw error;
      last = error;
    }
    // Away altogether is another matter: that is waited for.
    await patience.until(() => api.client.request(ServerVersionDocument, {}, { signal }), signal);
  }
  return last;
};

/**
 * @throws CheckpointUnavailable; ApiError when the server refuses the agent; the file system's error; the signal's
 * reason
 */
export const downloadCheckpoint = async (
  api: AgentApi,
  checkpoint: ResumeFrom,
  folder: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const { name, blob } of checkpoint.files) {
    // Names come from the server: only the last part of one is ever a path.
    const to = join(folder, basename(name));
    const why = await patience.until(() => fetchFile(api, blob.sha256, to, patience, signal), signal);
    if (why === undefined) continue;
    const reason = why instanceof Error ? why.message : String(why);
    throw new CheckpointUnavailable(checkpoint.step, name, reason, why);
  }
};
