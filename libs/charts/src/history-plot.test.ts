import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plotHistory } from './history-plot.ts';

const at = (number: number, value: number | null) => ({ number, value, label: `run ${number}` });

describe('plotHistory', () => {
  it('orders by number and keeps the best so far', () => {
    const plot = plotHistory([at(3, 0.2), at(1, 0.5), at(2, null)], 'minimize');
    expect(plot.numbers).toEqual([1, 2, 3]);
    expect(plot.values).toEqual([0.5, null, 0.2]);
    expect(plot.best).toEqual([0.5, 0.5, 0.2]);
  });

  it('has no best before the first value', () => {
    expect(plotHistory([at(1, null), at(2, 4)], 'maximize').best).toEqual([null, 4]);
  });

  it('never gets worse, whatever the values', () => {
    const value = fc.option(fc.double({ noNaN: false }), { nil: null });
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const { best } = plotHistory(
          values.map((one, i) => at(i, one)),
          'maximize',
        );
        const known = best.filter((one) => one !== null);
        expect(known).toEqual([...known].sort((a, b) => a - b));
      }),
    );
  });
});
