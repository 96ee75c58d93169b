/**
 * What a dataset's reader hands to the pack builder: where each picture lies and what is said about it. A source
 * is cheap to name (`key`, so that an existing pack is found at once) and read in full only to build a pack.
 */
import type { Licence, SkippedFile, Split } from './dataset.type.ts';

/** Where a picture's bytes are. What is not a file of its own is fetched when its turn comes. */
export type Picture =
  | { kind: 'file'; path: string }
  /** A whole JPEG, PNG, ... inside another file. */
  | { kind: 'encoded'; read(): Promise<Uint8Array> | Uint8Array }
  /** [height, width, channels], one byte each. */
  | { kind: 'pixels'; height: number; width: number; channels: 1 | 3 | 4; read(): Uint8Array };

/** A rectangle in a picture's own pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * How a picture that is no square becomes one: `centre` keeps its middle, `stretch` squeezes the whole of it, which
 * is what the released code does (icml2016 data/donkey_folder_txt.lua, image.scale).
 */
export type Fit = 'centre' | 'stretch';

export interface SourceEntry {
  id: string;
  name: string;
  className: string;
  style: string;
  captions: readonly string[];
  /** How many of `captions` a template made. */
  derived: number;
  flippable: boolean;
  picture: Picture;
  /** The path as the user knows it, for reports. */
  file: string;
  /** The split of its class, where the set has its own; otherwise a hash of the class's name decides. */
  split?: Split;
  /** Only this part of the picture; what of it lies outside is left out. */
  box?: Box;
  /** Marked points [x, y] in the picture's own pixels, in the order of SourceContent.poseParts; null if not visible. */
  pose?: readonly (readonly [x: number, y: number] | null)[];
  /** [n, embeddingDimension], row i for caption i; more rows than captions where the set has no texts. */
  embeddings?: Float32Array;
}

export interface SourceContent {
  entries: readonly SourceEntry[];
  /** Found unusable before decoding. */
  skipped: readonly SkippedFile[];
  /** T of every entry's `embeddings`, if they have any. */
  embeddingDimension?: number;
  /** What the points of every entry's `pose` are, if they have any: `beak`. */
  poseParts?: readonly string[];
  /** Called once no picture is fetched any more. */
  close?: () => void;
}

export interface DatasetSource {
  name: string;
  title: string;
  imageSize: number;
  recordSize: number;
  fit: Fit;
  /** Whose split it is: the set's own lists, or our hash of the classes' names. */
  splitBy: 'set' | 'names';
  /** Changes whenever the content may have changed; the pack's folder is named after it. */
  key: string;
  licences: readonly Licence[];
  notes: readonly string[];
  /** Where it came from, for messages. */
  origin: string;
  read(): Promise<SourceContent>;
}

/** The side that the reference resizes to before it crops at random: 76 for 64. */
export const croppedFrom = (imageSize: number): number => Math.round((imageSize * 76) / 64);
