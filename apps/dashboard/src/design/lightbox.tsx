'use client';
/** A picture large: the largest whole multiple that fits, with what made it; arrows go through its neighbours. */
import type { SampleTileFragment } from '@plumage/api-client/operations';
import { formatStep } from '@plumage/charts';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import styles from './lightbox.module.css';
import { describeSample } from './picture.tsx';
import { sayKind } from './sample-kind.ts';
import { wholeMultiple } from './picture-size.ts';

const marginPx = 160;

const largeSize = (pixels: number): number => {
  const space = Math.max(64, Math.min(window.innerWidth - 64, window.innerHeight - marginPx, 1024));
  return pixels > space ? space : pixels * wholeMultiple(pixels, space);
};

export interface LightboxProps {
  readonly samples: readonly SampleTileFragment[];
  /** The id of the picture that is open, or null. */
  readonly openId: string | null;
  readonly onChange: (id: string | null) => void;
}

const LightboxBody = ({ samples, openId, onChange }: LightboxProps) => {
  const at = samples.findIndex((sample) => sample.id === openId);
  const sample = samples[at];
  const [size, setSize] = useState(() => largeSize(sample?.width ?? 64));
  const move = (by: number): void => {
    const next = samples[at + by];
    if (next !== undefined) onChange(next.id);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'ArrowLeft') move(-1);
      else if (event.key === 'ArrowRight') move(1);
      else if (event.key === ' ') onChange(null);
      else return;
      event.preventDefault();
    };
    const onResize = (): void => setSize(largeSize(sample?.width ?? 64));
    window.addEventListener('keydown', onKey);
    window.addEventListener('resize', onResize);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('resize', onResize);
    };
  });
  if (sample === undefined) return <p>This picture is no longer in the list.</p>;
  return (
    <figure className={styles.figure} style={{ width: Math.max(size, 280) }}>
      <img
        className={styles.image}
        src={sample.url}
        width={size}
        height={size}
        alt={describeSample(sample)}
      />
      <figcaption className={styles.caption}>
        <span className={styles.prompt}>{sample.prompt}</span>
        <span className={styles.facts}>
          <Link href={`/runs/${sample.run.id}?step=${sample.step}`}>{sample.run.name}</Link>, step{' '}
          {formatStep(sample.step)}, seed {sample.seed}
          {sayKind(sample.kind)}
        </span>
      </figcaption>
      <div className={styles.tools}>
        <button type="button" aria-label="Previous picture" disabled={at <= 0} onClick={() => move(-1)}>
          <Icon name="previous" />
        </button>
        <button
          type="button"
          aria-label="Next picture"
          disabled={at >= samples.length - 1}
          onClick={() => move(1)}
        >
          <Icon name="next" />
        </button>
        <a
          href={sample.url}
          download={`${sample.run.name}-${sample.step}-${sample.promptIndex}-${sample.seed}.png`}
        >
          Save
        </a>
        <button type="button" aria-label="Close" onClick={() => onChange(null)}>
          <Icon name="close" />
        </button>
      </div>
    </figure>
  );
};

export const Lightbox = (props: LightboxProps) => (
  <Dialog opened={props.openId !== null} onClose={() => props.onChange(null)} label="Picture" kind="picture">
    <LightboxBody {...props} />
  </Dialog>
);
