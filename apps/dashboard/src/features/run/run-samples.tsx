'use client';
/** The run's pictures, one training step at a time: a slider with play, left and right keys, every cell in its place. */
import type { SampleTileFragment } from '@plumage/api-client/operations';
import { formatStep } from '@plumage/charts';
import { useSearchParams } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Icon } from '../../design/icon.tsx';
import { Lightbox } from '../../design/lightbox.tsx';
import { Empty } from '../../design/notice.tsx';
import { Section } from '../../design/page-head.tsx';
import type { Run } from './run.page.tsx';
import styles from './run-samples.module.css';
import { layOutSamples, stepToShow } from './sample-grid.ts';
import { SampleTable } from './sample-table.tsx';
import { useStepSamples } from './use-step-samples.ts';

const framesPerSecond = 4;
const noSteps: readonly number[] = [];

const askedStep = (text: string | null): number | null => {
  const step = Number(text);
  return text !== null && Number.isInteger(step) && step >= 0 ? step : null;
};

const useArrowKeys = (move: (by: number) => void): void => {
  const latest = useRef(move);
  latest.current = move;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      const busy = ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.role === 'slider';
      if (busy || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]'))
        return;
      if (event.key === 'ArrowLeft') latest.current(-1);
      else if (event.key === 'ArrowRight') latest.current(1);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
};

/** `onKnown` is called once the pictures' table has its size: what stands below would jump if it were drawn earlier. */
export const RunSamples = (props: { readonly run: Run | undefined; readonly onKnown: () => void }) => {
  const { run, onKnown } = props;
  const asked = askedStep(useSearchParams().get('step'));
  const [chosen, setChosen] = useState<number | null>(asked);
  const [playing, setPlaying] = useState(false);
  const [openId, setOpenId] = useState<string | null>(null);
  const steps = run?.sampleSteps ?? noSteps;
  const step = stepToShow(steps, chosen);
  const at = step === null ? -1 : steps.indexOf(step);
  const { samples, known } = useStepSamples(run, step, steps);
  const sized = known || (run !== undefined && steps.length === 0);
  useEffect(() => {
    if (sized) onKnown();
  }, [sized, onKnown]);
  const grid = useMemo(() => layOutSamples<SampleTileFragment>(samples), [samples]);
  const ordered = useMemo(() => [...grid.cells.values()], [grid]);

  const goTo = (index: number): void => {
    const next = steps[Math.min(steps.length - 1, Math.max(0, index))];
    if (next === undefined) return;
    setChosen(index >= steps.length - 1 ? null : next);
  };
  useArrowKeys((by) => {
    setPlaying(false);
    goTo(at + by);
  });
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => goTo(at + 1 >= steps.length ? 0 : at + 1), 1_000 / framesPerSecond);
    return () => clearInterval(timer);
  });

  const last = Math.max(0, steps.length - 1);
  const following = at === last && chosen === null && run?.state === 'RUNNING';
  return (
    <Section
      title="Pictures"
      aside={
        <span className={styles.standing}>
          {step === null ? ' ' : `step ${formatStep(step)}`}
          {following && ', following the newest'}
        </span>
      }
    >
      <div className={styles.controls}>
        <button
          type="button"
          className={styles.play}
          aria-label={playing ? 'Pause' : 'Play through the steps'}
          disabled={steps.length < 2}
          onClick={() => setPlaying(!playing)}
        >
          <Icon name={playing ? 'pause' : 'play'} />
        </button>
        <input
          className={styles.slider}
          type="range"
          aria-label="Step of the pictures"
          aria-valuetext={step === null ? 'none' : `step ${formatStep(step)}`}
          min={0}
          max={last}
          value={Math.max(0, at)}
          disabled={steps.length < 2}
          onChange={(event) => {
            setPlaying(false);
            goTo(Number(event.currentTarget.value));
          }}
        />
      </div>
      {run !== undefined && steps.length === 0 ? (
        <Empty title="No pictures yet">
          {run.state === 'RUNNING' ? 'The first grid comes soon.' : 'They come when the run is trained.'}
        </Empty>
      ) : (
        <SampleTable grid={grid} known={known} onOpen={(sample) => setOpenId(sample.id)} />
      )}
      <Lightbox samples={ordered} openId={openId} onChange={setOpenId} />
    </Section>
  );
};
