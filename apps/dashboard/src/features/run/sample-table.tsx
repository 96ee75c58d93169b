'use client';
/**
 * Prompts across, seeds down; on a narrow page prompts down and seeds across. The cell's side is a whole multiple of
 * the picture's, as large as the page allows.
 */
import { useElementSize } from '@mantine/hooks';
import type { SampleTileFragment } from '@plumage/api-client/operations';
import { Picture } from '../../design/picture.tsx';
import { wholeMultiple } from '../../design/picture-size.ts';
import { cellKey, type SampleGrid } from './sample-grid.ts';
import styles from './run-samples.module.css';

const largestCell = 192;
const narrowPx = 640;

interface SampleTableProps {
  readonly grid: SampleGrid<SampleTileFragment>;
  readonly known: boolean;
  readonly onOpen: (sample: SampleTileFragment) => void;
}

/** The side of a cell in CSS pixels for `across` pictures of `pixels` in `width`. */
export const cellSide = (pixels: number, across: number, width: number): number => {
  const space = Math.min(largestCell, Math.floor((width - across + 1) / Math.max(1, across)));
  return pixels > largestCell ? Math.max(64, space) : pixels * wholeMultiple(pixels, space);
};

const blank: SampleGrid<SampleTileFragment> = {
  prompts: Array.from({ length: 8 }, (_, index) => ({ index, text: ' ' })),
  seeds: [1, 2, 3],
  cells: new Map(),
};

export const SampleTable = ({ grid: given, known, onOpen }: SampleTableProps) => {
  const { ref, width } = useElementSize();
  const grid = known && given.prompts.length > 0 ? given : blank;
  const narrow = width > 0 && width < narrowPx;
  const across = narrow ? grid.seeds.length : grid.prompts.length;
  const pixels = grid.cells.values().next().value?.width ?? 64;
  const cell = width === 0 ? 128 : cellSide(pixels, across, narrow ? width - 96 : width);
  const picture = (promptIndex: number, seed: number) => {
    const sample = grid.cells.get(cellKey(promptIndex, seed));
    if (sample === undefined) return <div className={styles.blank} style={{ width: cell, height: cell }} />;
    return <Picture sample={sample} cell={cell} onOpen={onOpen} />;
  };
  return (
    <div ref={ref} className={styles.scroller} tabIndex={-1}>
      {narrow ? (
        <div className={styles.down}>
          {grid.prompts.map((prompt) => (
            <div key={prompt.index} className={styles.promptRow}>
              <span className={styles.promptSide}>{prompt.text}</span>
              {grid.seeds.map((seed) => (
                <div key={seed}>{picture(prompt.index, seed)}</div>
              ))}
            </div>
          ))}
        </div>
      ) : (
        <div className={styles.across} style={{ gridTemplateColumns: `repeat(${across}, ${cell}px)` }}>
          {grid.prompts.map((prompt) => (
            <span key={prompt.index} className={styles.prompt} title={prompt.text}>
              {prompt.text}
            </span>
          ))}
          {grid.seeds.flatMap((seed) =>
            grid.prompts.map((prompt) => (
              <div key={`${prompt.index}-${seed}`}>{picture(prompt.index, seed)}</div>
            )),
          )}
        </div>
      )}
    </div>
  );
};
