/** sha256 in hex, over one or several pieces of bytes or text. */
import { createHash } from 'node:crypto';

export const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
