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
  /**
   * Where the parts in Dataset.poseParts are, in their order: [x, y] from 0 (left, top) to 1 in the stored record,
   * beyond that where a crop left the part out; null where it is hidden. A style label that no text holds.
   */
  pose?: readonly (readonly [x: number, y: number] | null)[];
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
  /** Text vectors that came with the set. */
  textVectors?: { dimension: number };
  /** The parts that are marked in every picture. */
  poseParts?: readonly string[];
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
  /** All records behind each other in shared memory, where threads can read them; absent where they lie elsewhere. */
  pixels?: Uint8Array;
  card: DatasetCard;
  skipped: readonly SkippedFile[];
  /** Text vectors that came with the set, if any did. */
  embeddings?: StoredEmbeddings;
  /** The names of the marked parts, if any are marked. */
  poseParts?: readonly string[];
}

/** Vectors that another program made of the captions; they lie in the pack and its digest covers them. */
export interface StoredEmbeddings {
  /** T: 1024 for the char-CNN-RNN of the paper. */
  dimension: number;
  /** sha256 (hex) of all vectors. */
  hash: string;
  /** How many item i has: its captions' number, or more where the set came without texts. */
  count(itemIndex: number): number;
  /** [dimension], a view. @throws RangeError for an item or a vector that is not there */
  of(itemIndex: number, captionIndex: number): Float32Array;
}

export type EmojiVendor = 'google' | 'twitter';

export type DatasetSpec =
  | ({
      name: 'emoji';
      /** Default: both. */
      vendors?: readonly EmojiVendor[];
      /** Default: Animals & Nature, Food & Drink. */
      categories?: readonly string[];
    } & Common)
  | ({
      name: 'folder';
      /** A folder with captions.jsonl or captions.csv and the images that it names. */
      path: string;
      /** Default 'centre'. */
      crop?: 'centre' | 'stretch';
    } & Common)
  | ({
      name: 'cub';
      /** CUB-200-2011's folder with text_c10 and the class lists in it. */
      path: string;
      /** `box`: StackGAN's crop around the bird. Default 'stretch'. */
      crop?: 'centre' | 'stretch' | 'box';
    } & Common)
  | ({
      /**
       * Folders: Oxford-102's pictures with imagelabels.mat, text_c10 and the class lists; MS-COCO's pictures with
       * annotations/; StackGAN's pickles.
       */
      name: 'oxford-102' | 'coco' | 'stackgan';
      path: string;
      /** Default 'stretch'. */
      crop?: 'centre' | 'stretch';
    } & Common)
  | ({
      name: 'icml2016';
      /** The folder of the released .t7 files. */
      path: string;
      /** The pictures that they name. Default: `images` in that folder. */
      images?: string;
      crop?: 'centre' | 'stretch';
    } & Common)
  | ({
      name: 'hdf5';
      /** The file: birds.hdf5, flowers.hdf5. */
      path: string;
      crop?: 'centre' | 'stretch';
    } & Common);

interface Common {
  /** 8 to 512, default 64. */
  imageSize?: number;
  /** Train on the validation classes too, as the paper does. Default 'train'. */
  trainOn?: 'train' | 'train+validation';
}

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
