/** What can go wrong on the agent's disk, said in words; `code` is the failure class's cause. */

/** No room: the disk is full, or the spool reached its own limit while the API was away. */
export class SpoolFull extends Error {
  override readonly name = 'SpoolFull';
  readonly code = 'SPOOL_FULL';
  readonly folder: string;

  constructor(folder: string, detail: string, cause?: unknown) {
    super(`The spool in ${folder} cannot take more: ${detail}.`, { cause });
    this.folder = folder;
  }
}

const fullDiskCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** True for the file system's ways of saying that there is no room. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  fullDiskCodes.has(error.code);
