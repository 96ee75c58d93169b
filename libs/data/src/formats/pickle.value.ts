/** What a pickle's object can be here; see pickle.reader.ts for what becomes what. */
import type { NumpyArray } from './numpy.array.ts';

export type PickleKey = string | number | bigint | boolean | null;

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | NumpyArray
  | PickleValue[]
  | Map<PickleKey, PickleValue>;

/** A text, whichever Python wrote it; null for anything else. */
export const pickledText = (value: PickleValue | undefined): string | null => {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : null;
};

export const isNumpyArray = (value: unknown): value is NumpyArray =>
  typeof value === 'object' && value !== null && 'shape' in value && 'type' in value;
