/**
 * Which checkpoints of this spool still wait to be sent, so that room can be made. Only the newest one matters to
 * whoever goes on with the run; points and pictures cannot be made again without training again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from './files.ts';
import { payloadFolder } from './segment.folder.ts';
import type { StoredFile } from './spool.record.ts';

export interface UnsentCheckpoints {
  note(step: number, files: readonly StoredFile[]): void;
  /** Deletes the payloads of the oldest that still waits, leaving the newest `kept`. @returns its step, if there was one */
  giveUpOldest(kept: 0 | 1): number | undefined;
}

export const createUnsentCheckpoints = (folder: string, files: Files): UnsentCheckpoints => {
  const noted: Array<{ readonly step: number; readonly paths: readonly string[] }> = [];
  return {
    note(step, stored) {
      noted.push({ step, paths: stored.map(({ file }) => join(payloadFolder(folder), file)) });
    },
    giveUpOldest(kept) {
      while (noted.length > kept) {
        const oldest = noted.shift();
        // The reading end deletes the payloads of what was sent.
        const waiting = oldest?.paths.filter((path) => existsSync(path)) ?? [];
        for (const path of waiting) files.rmSync(path, { force: true });
        if (oldest !== undefined && waiting.length > 0) return oldest.step;
      }
      return undefined;
    },
  };
};
