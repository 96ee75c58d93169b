/** Brings the checkpoint that an attempt goes on from into its folder, each file verified against its address. */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AgentApi, LeaseGranted } from './agent.api.ts';
import type { Patience } from './patience.ts';

type ResumeFrom = NonNullable<LeaseGranted['resumeFrom']>;

/**
 * @throws ApiError or BlobMismatch when the store cannot give it; the file system's error; the signal's reason
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
    await patience.until(() => api.client.getBlob(blob.sha256, to, { signal }), signal);
  }
};
