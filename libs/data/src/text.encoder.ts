/** What a text encoder is to the rest: words in, a row of floats a text out, and a hash that names its weights. */
export interface TextEncoder {
  name: string;
  /** sha256 (hex) of weights and vocabulary: equal hashes give equal embeddings. */
  hash: string;
  /** T: 512 for use-lite. */
  dimension: number;
  /**
   * [n, dimension], row-major. Texts are normalised as captions are (lower case, white space collapsed).
   * @throws DatasetError TEXT_EMPTY for a text without characters; ENCODER_FAILED when the back end cannot run it
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Float32Array>;
  /** Frees the weights; a later encode loads them again. */
  dispose(): void;
}

export interface EncodeOptions {
  onProgress?: ((progress: { stage: 'embed'; done: number; total: number }) => void) | undefined;
  signal?: AbortSignal | undefined;
}
