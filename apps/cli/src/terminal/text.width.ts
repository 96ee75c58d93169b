/**
 * Text that came from a server or a file, made safe and measured for a terminal. A run's log may hold escape
 * sequences that move the cursor or retitle the window: no control character is ever passed on.
 */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Hangul, CJK and full-width forms, and emoji, which take two cells. */
const wide =
  /^(?:\p{Emoji_Presentation}|.\uFE0F|[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6])/u;
const invisible = /^[\p{Mn}\p{Cf}]+$/u;

/** One line without control characters: line breaks become spaces, everything else that steers a terminal "�". */
export const visible = (text: string): string =>
  text.replaceAll(/\r?\n|\t/g, ' ').replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');

/** Cells that one line of visible text takes. */
export const textWidth = (text: string): number => {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += invisible.test(segment) ? 0 : wide.test(segment) ? 2 : 1;
  }
  return width;
};

/** The beginning of the text that fits into `width` cells, with "…" when something was left out. */
export const cutText = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text;
  let cut = '';
  for (const { segment } of segmenter.segment(text)) {
    if (textWidth(cut + segment) > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
};
