/**
 * What a dataset's reader hands to the pack builder: where each picture lies and what is said about it. A source
 * is cheap to name (`key`, so that an existing pack is found at once) and read in full only to build a pack.
 */
import type { Licence, SkippedFile } from './dataset.type.ts';

export interface SourceEntry {
  id: string;
  name: string;
  className: string;
  style: string;
  captions: readonly string[];
  /** How many of `captions` a template made. */
  derived: number;
  flippable: boolean;
  /** Absolute path of the picture. */
  path: string;
  /** The path as the user knows it, for reports. */
  file: string;
}

export interface SourceContent {
  entries: readonly SourceEntry[];
  /** Found unusable before decoding. */
  skipped: readonly SkippedFile[];
}

export interface DatasetSource {
  name: string;
  title: string;
  imageSize: number;
  recordSize: number;
  /** Changes whenever the content may have changed; the pack's folder is named after it. */
  key: string;
  licences: readonly Licence[];
  notes: readonly string[];
  /** Where it came from, for messages. */
  origin: string;
  read(): Promise<SourceContent>;
}
