/**
 * index.jsonl of an exported folder. A later export into the same folder adds to it; one of another sweep whose runs
 * have the same names is refused, since its pictures would take the place of those that are there.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../command/command.error.ts';
import type { IndexEntry } from './sample.file.ts';

const indexName = 'index.jsonl';

const isEntry = (value: unknown): value is IndexEntry =>
  value !== null && typeof value === 'object' && 'file' in value && 'runId' in value;

/** By file; empty when there is no index. @throws CommandError FOLDER_IN_USE when it is not one of ours */
export const readIndex = async (folder: string): Promise<Map<string, IndexEntry>> => {
  const path = join(folder, indexName);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const entries = new Map<string, IndexEntry>();
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const entry = parseLine(line);
    if (entry === undefined) {
      throw new CommandError('FOLDER_IN_USE', `${path} is not an export's index.`, 'Choose another --out.');
    }
    entries.set(entry.file, entry);
  }
  return entries;
};

const parseLine = (line: string): IndexEntry | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** @throws CommandError FOLDER_IN_USE */
export const checkSameRuns = (
  kept: ReadonlyMap<string, IndexEntry>,
  entries: readonly IndexEntry[],
  folder: string,
): void => {
  const runOfFile = new Map(
    [...kept].map(([file, { runId, sweep }]) => [file.split('/')[0], { runId, sweep }]),
  );
  for (const { file, runId, run } of entries) {
    const holder = runOfFile.get(file.split('/')[0]);
    if (holder !== undefined && holder.runId !== runId) {
      const message = `${folder} holds pictures of another run called ${run}, of the sweep ${holder.sweep}.`;
      throw new CommandError('FOLDER_IN_USE', message, 'Choose another --out.');
    }
  }
};

/** Sorted by file, written aside and renamed. */
export const writeIndex = async (folder: string, entries: Iterable<IndexEntry>): Promise<void> => {
  const sorted = [...entries].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const aside = join(folder, `${indexName}.partial`);
  await writeFile(aside, sorted.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  await rename(aside, join(folder, indexName));
};
