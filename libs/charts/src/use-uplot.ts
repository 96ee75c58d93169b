/**
 * Keeps one uPlot instance inside an element: made when the structure changes, fed when only the data does, resized
 * with its parent, destroyed with it. Feeding instead of remaking keeps the cursor and the page still while a run
 * is live.
 */
import { type RefObject, useEffect, useRef } from 'react';
import './usable-locale.ts';
import uPlot from 'uplot';

export interface UplotInput {
  /** Everything but size; must be remade (a new object) exactly when the structure changes. */
  readonly options: Omit<uPlot.Options, 'width' | 'height'>;
  readonly data: uPlot.AlignedData;
  /** CSS pixels. */
  readonly height: number;
  /** The visible x range, or null for all of the data. */
  readonly range: readonly [number, number] | null;
}

const feed = (plot: uPlot, data: uPlot.AlignedData, range: UplotInput['range']): void => {
  if (range === null) {
    plot.setData(data);
    return;
  }
  plot.setData(data, false);
  plot.setScale('x', { min: range[0], max: range[1] });
};

export const useUplot = (host: RefObject<HTMLDivElement | null>, input: UplotInput): void => {
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(input);
  latest.current = input;
  const { options, data, height, range } = input;

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const width = Math.max(120, element.clientWidth);
    const made = new uPlot({ ...options, width, height }, latest.current.data, element);
    plot.current = made;
    if (latest.current.range !== null) feed(made, latest.current.data, latest.current.range);
    const observer = new ResizeObserver(() => {
      const next = Math.max(120, element.clientWidth);
      if (next !== made.width) made.setSize({ width: next, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [host, options, height]);

  useEffect(() => {
    if (plot.current !== null) feed(plot.current, data, range);
  }, [data, range]);
};
