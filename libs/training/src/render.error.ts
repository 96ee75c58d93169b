/** What can be wrong with a request for pictures. The codes are stable; the fields say what, where and what was expected. */
export type RenderErrorCode =
  /** The checkpoint was trained with another text encoder than the one at hand. */
  | 'RENDER_OTHER_ENCODER'
  /** A picture whose style is to be taken is missing, damaged or no picture. */
  | 'RENDER_BAD_PICTURE'
  /** The style encoder was trained for another generator than the one that is to draw. */
  | 'RENDER_OTHER_GENERATOR'
  /** What is to find the style is no style encoder, or cannot be read. */
  | 'RENDER_BAD_STYLE_ENCODER'
  /** The encoder gave vectors of another length than the model takes. */
  | 'RENDER_BAD_TEXT';

export class RenderError extends Error {
  override readonly name = 'RenderError';

  /**
   * @param path of the offending part of the request or the checkpoint, such as `style[1]`
   * @param expected in words
   */
  constructor(
    readonly code: RenderErrorCode,
    readonly path: string,
    reason: string,
    readonly expected: string,
    options?: ErrorOptions,
  ) {
    super(`${path} ${reason}; expected ${expected}`, options);
  }
}
