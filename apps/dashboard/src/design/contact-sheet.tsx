'use client';
/** Pictures side by side with a hairline between them; the words stand once, above, for the one pointed at. */
import type { SampleTileFragment } from '@plumage/api-client/operations';
import { formatStep } from '@plumage/charts';
import { useState } from 'react';
import styles from './contact-sheet.module.css';
import { Lightbox } from './lightbox.tsx';
import { Picture } from './picture.tsx';
import { sayKind } from './sample-kind.ts';

export interface ContactSheetProps {
  readonly samples: readonly SampleTileFragment[];
  readonly cell: number;
  /** Said in the caption line while nothing is pointed at. */
  readonly hint: string;
  /** How many empty cells to keep while loading. */
  readonly loading?: number;
  /** At most this many rows are visible; the rest is cut. */
  readonly rows?: number;
}

export const ContactSheet = ({ samples, cell, hint, loading = 0, rows }: ContactSheetProps) => {
  const [pointed, setPointed] = useState<SampleTileFragment | null>(null);
  const [openId, setOpenId] = useState<string | null>(null);
  const cut = rows === undefined ? {} : { maxHeight: rows * (cell + 1) - 1, overflow: 'hidden' };
  return (
    <>
      <p className={styles.caption} aria-live="off">
        {pointed === null ? (
          <span className="quiet">{hint}</span>
        ) : (
          <>
            {pointed.prompt}
            <span className="quiet">
              {' '}
              {pointed.run.name}, step {formatStep(pointed.step)}, seed {pointed.seed}
              {sayKind(pointed.kind)}
            </span>
          </>
        )}
      </p>
      <div className={styles.sheet} style={{ gridTemplateColumns: `repeat(auto-fill, ${cell}px)`, ...cut }}>
        {samples.map((sample) => (
          <Picture
            key={sample.id}
            sample={sample}
            cell={cell}
            onPoint={setPointed}
            onOpen={(one) => setOpenId(one.id)}
          />
        ))}
        {samples.length === 0 &&
          Array.from({ length: loading }, (_, i) => (
            <div key={i} className={styles.blank} style={{ width: cell, height: cell }} />
          ))}
      </div>
      <Lightbox samples={samples} openId={openId} onChange={setOpenId} />
    </>
  );
};
