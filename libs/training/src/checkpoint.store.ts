/**
 * Checkpoints in a folder, one sub-folder a step. The files are written into a temporary sibling, flushed to the
 * disk, and the sibling is renamed: a crash at any moment leaves whole checkpoints and at most one that is ignored.
 * The manifest's digests tell a damaged one from a sound one, and then the one before is used.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { CheckpointCorrupt } from './checkpoint.error.ts';
import {
  type Checkpoint,
  type CheckpointFile,
  type CheckpointModel,
  checkpointFiles,
  decodeCheckpoint,
  decodeManifest,
  decodeModel,
  encodeCheckpoint,
  modelFiles,
  type StoredCheckpoint,
  type StoredFile,
  sha256,
} from './checkpoint.format.ts';
import type { CheckpointStore } from './trainer.contract.ts';

const manifestName = 'manifest.json';
const folderPattern = /^step-(\d{10})$/;

const folderOf = (step: number) => `step-${String(step).padStart(10, '0')}`;

const writeDurably = async (file: string, bytes: Uint8Array): Promise<void> => {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The named files of a checkpoint folder, each verified against the manifest. @throws CheckpointCorrupt */
const readVerified = async <Name extends CheckpointFile>(
  folder: string,
  names: readonly Name[],
): Promise<Record<Name, Uint8Array>> => {
  const read = async (name: string) => {
    const file = path.join(folder, name);
    return readFile(file).catch((cause: unknown) => {
      throw new CheckpointCorrupt(file, 'it is not there', { cause });
    });
  };
  const manifest = decodeManifest(await read(manifestName), path.join(folder, manifestName));
  const contents = {} as Record<Name, Uint8Array>;
  for (const name of names) {
    const listed = manifest.files.find((file) => file.name === name);
    const bytes = await read(name);
    const digest = sha256(bytes);
    if (listed?.sha256 !== digest) {
      const expected = listed
        ? `${listed.bytes} bytes with sha256 ${listed.sha256}`
        : 'to be in the manifest';
      const found = `${bytes.length} bytes with sha256 ${digest}`;
      throw new CheckpointCorrupt(path.join(folder, name), `expected ${expected}, found ${found}`);
    }
    contents[name] = bytes;
  }
  return contents;
};

/**
 * Reads one checkpoint folder and verifies every file against its manifest.
 * @throws CheckpointCorrupt when a file is missing, of another size or of another digest
 */
export const readCheckpoint = async (folder: string): Promise<Checkpoint> =>
  decodeCheckpoint(await readVerified(folder, checkpointFiles), folder);

/** The files that readModel reads. */
export const modelFileNames: readonly string[] = [manifestName, ...modelFiles];

/** As readCheckpoint, without the moments, which need not be in the folder: half of what a checkpoint weighs. */
export const readModel = async (folder: string): Promise<CheckpointModel> =>
  decodeModel(await readVerified(folder, modelFiles), folder);

export class FolderCheckpointStore implements CheckpointStore {
  /**
   * @param folder made if missing; belongs to this store alone
   * @param kept how many of the newest stay; at least 2, so that a damaged one has one before it
   */
  constructor(
    private readonly folder: string,
    private readonly kept = 3,
  ) {
    if (kept < 2) throw new RangeError(`kept is ${kept}; expected at least 2`);
  }

  async write(checkpoint: Checkpoint): Promise<StoredCheckpoint> {
    const { step } = checkpoint.state;
    const folder = path.join(this.folder, folderOf(step));
    const staging = `${folder}.partial`;
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
    const files: StoredFile[] = [];
    const contents = encodeCheckpoint(checkpoint);
    for (const name of checkpointFiles) {
      const bytes = contents[name];
      await writeDurably(path.join(staging, name), bytes);
      files.push({ name, bytes: bytes.length, sha256: sha256(bytes) });
    }
    const manifest = JSON.stringify({ format: 1, step, files }, null, 2);
    await writeDurably(path.join(staging, manifestName), new TextEncoder().encode(`${manifest}\n`));
    await syncFolder(staging);
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
    await syncFolder(this.folder);
    await this.removeOld();
    return { step, folder, files };
  }

  /** The newest sound checkpoint, or null. `onDamaged` is told of each newer one that had to be passed over. */
  async newest(onDamaged: (error: CheckpointCorrupt) => void = () => undefined): Promise<Checkpoint | null> {
    for (const name of (await this.list()).reverse()) {
      try {
        return await readCheckpoint(path.join(this.folder, name));
      } catch (error) {
        if (!(error instanceof CheckpointCorrupt)) throw error;
        onDamaged(error);
      }
    }
    return null;
  }

  private async list(): Promise<string[]> {
    await mkdir(this.folder, { recursive: true });
    return (await readdir(this.folder)).filter((name) => folderPattern.test(name)).sort();
  }

  private async removeOld(): Promise<void> {
    const old = (await this.list()).slice(0, -this.kept);
    for (const name of old) await rm(path.join(this.folder, name), { recursive: true, force: true });
  }
}
