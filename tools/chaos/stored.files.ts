/** What lies in the store of an API's data folder: whole blobs by their hash, and uploads that never came to an end. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface StoredFiles {
  readonly blobs: readonly string[];
  readonly uploads: readonly string[];
}

export const listStoredFiles = async (dataDir: string): Promise<StoredFiles> => {
  const folder = join(dataDir, 'blobs');
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const isUpload = ({ parentPath }: (typeof files)[number]): boolean => basename(parentPath) === 'incoming';
  return {
    blobs: files.filter((file) => !isUpload(file)).map(({ name }) => name),
    uploads: files.filter(isUpload).map(({ name }) => name),
  };
};
