/**
 * What can be wrong with data that a user brings. The code is stable, the message names the path, the value and
 * what was expected; `file` and `line` say where to look. A damaged cache is not here: it is rebuilt, not reported.
 */
export type DatasetErrorCode =
  | 'DATASET_NOT_FOUND'
  | 'DATASET_EMPTY'
  | 'DATASET_BAD_SPEC'
  | 'DATASET_BAD_CAPTIONS'
  | 'DATASET_BAD_FILE'
  | 'DATASET_SPLIT_OVERLAP'
  | 'DATASET_UNSAFE_PATH'
  | 'DATASET_TOO_MANY_BAD_IMAGES'
  | 'DATASET_TOO_LARGE'
  | 'DATASET_TOO_FEW_CLASSES'
  | 'CACHE_UNWRITABLE'
  | 'TEXT_EMPTY'
  | 'ENCODER_NOT_FOUND'
  | 'ENCODER_FAILED'
  | 'TEXT_NOT_EMBEDDED';

export interface DatasetErrorFields {
  /** The file (or folder) that the message is about. */
  file?: string;
  /** One-based line in `file`. */
  line?: number;
  /** The images that could not be used, when that is the complaint. */
  skipped?: readonly { file: string; reason: string }[];
  cause?: unknown;
}

/** Thrown by everything in this library that fails because of its input or its disk. */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly code: DatasetErrorCode;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly skipped: readonly { file: string; reason: string }[];

  constructor(code: DatasetErrorCode, message: string, fields: DatasetErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.file = fields.file;
    this.line = fields.line;
    this.skipped = fields.skipped ?? [];
  }
}

/** The sentence of whatever was thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
