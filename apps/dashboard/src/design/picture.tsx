'use client';
/** One generated picture as a button: pixel-sharp at a whole multiple, opens large on a click, Enter or Space. */
import type { SampleTileFragment } from '@plumage/api-client/operations';
import styles from './picture.module.css';
import { shownSize } from './picture-size.ts';

export interface PictureProps {
  readonly sample: SampleTileFragment;
  /** The cell's side in CSS pixels. */
  readonly cell: number;
  readonly onOpen: (sample: SampleTileFragment) => void;
  readonly onPoint?: (sample: SampleTileFragment | null) => void;
}

/** What a picture is, in words: its caption, seed, step and run. */
export const describeSample = (sample: SampleTileFragment): string =>
  `${sample.prompt}, seed ${sample.seed}, step ${sample.step} of ${sample.run.name}`;

export const Picture = ({ sample, cell, onOpen, onPoint }: PictureProps) => {
  const size = shownSize(sample.width, cell);
  const sharp = size >= sample.width;
  return (
    <button
      type="button"
      className={styles.picture}
      style={{ width: cell, height: cell }}
      aria-label={describeSample(sample)}
      onClick={() => onOpen(sample)}
      onMouseEnter={() => onPoint?.(sample)}
      onMouseLeave={() => onPoint?.(null)}
      onFocus={() => onPoint?.(sample)}
      onBlur={() => onPoint?.(null)}
    >
      <img
        src={sharp ? sample.url : sample.thumbnailUrl}
        width={size}
        height={size}
        alt=""
        loading="lazy"
        decoding="async"
        draggable={false}
        data-sharp={sharp}
      />
    </button>
  );
};
