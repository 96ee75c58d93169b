/**
 * The shape in which every dataset reaches training, whatever it was read from: fixed-size RGBA records, captions
 * and a class-disjoint split. Nothing here depends on where the pictures came from.
 */
export type Split = 'train' | 'validation' | 'test';

export interface DatasetItem {
  /** Unique and stable: `google/1f345`, or the file's path inside the folder. */
  id: string;
  /** What is drawn: `tomato`. Two vendors' drawings of one emoji share the name. */
  name: string;
  /** Index into Dataset.classes. */
  classId: number;
  split: Split;
  /** What the text does not say: the drawing vendor. */
  style: string;
  /** Lower-cased, without repetitions, the name first; at least one. */
  captions: readonly string[];
  /** False where a mirrored picture would be a wrong one: arrows, hands, text, flags. */
  flippable: boolean;
}

export interface DatasetClass {
  name: string;
  split: Split;
}

export interface SkippedFile {
  file: string;
  reason: string;
}

export interface Licence {
  /** The style (vendor) or the source of texts that it covers. */
  covers: string;
  licence: string;
  attribution: string;
}

export interface DatasetCard {
  name: string;
  title: string;
  digest: string;
  imageSize: number;
  images: number;
  /** Distinct names: fewer than images where several vendors draw the same thing. */
  names: number;
  classes: readonly { name: string; split: Split; images: number }[];
  splits: Readonly<Record<Split, { classes: number; images: number }>>;
  captions: {
    total: number;
    unique: number;
    /** Sentences that a template made from a name; no human wrote them. */
    derived: number;
    perItem: { min: number; median: number; max: number };
  };
  licences: readonly Licence[];
  skipped: number;
  notes: readonly string[];
}

export interface Dataset {
  name: string;
  /** sha256 (hex) over the packed pixels, the captions and the split: the same content has the same digest. */
  digest: string;
  /** Side of a picture in pixels, as the model sees it. */
  imageSize: number;
  /** Side of a stored record: imageSize, or imageSize * 76 / 64 where a random crop is taken out of it. */
  recordSize: number;
  classes: readonly DatasetClass[];
  items: readonly DatasetItem[];
  /** RGBA of item i, [imageSize, imageSize, 4]: a view into the pack, or the centre of a larger record (a copy). */
  rgba(index: number): Uint8Array;
  /** RGBA of item i as stored, [recordSize, recordSize, 4], always a view. @throws RangeError outside the items */
  record(index: number): Uint8Array;
  card: DatasetCard;
  skipped: readonly SkippedFile[];
}

export type EmojiVendor = 'google' | 'twitter';

export type DatasetSpec =
  | {
      name: 'emoji';
      /** Default: both. */
      vendors?: readonly EmojiVendor[];
      /** Default: Animals & Nature, Food & Drink. */
      categories?: readonly string[];
      /** 8 to 512, default 64. */
      imageSize?: number;
    }
  | {
      name: 'folder';
      /** A folder with captions.jsonl or captions.csv and the images that it names. */
      path: string;
      imageSize?: number;
    };

export interface Progress {
  stage: 'decode' | 'embed';
  done: number;
  total: number;
}

export interface OpenOptions {
  /** Where packs are kept; made if missing. */
  cacheDir: string;
  onProgress?: ((progress: Progress) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** Share of images that may be unusable before the dataset is refused. Default 0.01. */
  badImageLimit?: number | undefined;
}
