/** The file system as the spool uses it, as an argument: tests cut the power, or fill the disk, at any one operation. */
import * as fs from 'node:fs';

export type Files = Pick<
  typeof fs,
  | 'closeSync'
  | 'copyFileSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'linkSync'
  | 'openSync'
  | 'readSync'
  | 'renameSync'
  | 'rmSync'
  | 'writeSync'
>;

export const diskFiles: Files = fs;

export const writeWhole = (files: Files, handle: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.byteLength; ) at += files.writeSync(handle, bytes, at);
};

/** What stands in the file from byte `at` on. @throws the file system's error */
export const readFrom = (files: Files, path: string, at: number): Buffer => {
  const handle = files.openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.max(0, files.fstatSync(handle).size - at));
    let length = 0;
    while (length < bytes.byteLength) {
      const read = files.readSync(handle, bytes, length, bytes.byteLength - length, at + length);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    files.closeSync(handle);
  }
};
