/**
 * The history of a search: each finished value by the run's number, and the best so far as a staircase. Pure; the
 * staircase only ever improves, and does not rise on a run without a value.
 */
export interface HistoryPoint {
  readonly number: number;
  readonly value: number | null;
  readonly label: string;
}

export interface HistoryPlot {
  /** Run numbers, ascending. */
  readonly numbers: readonly number[];
  readonly values: readonly (number | null)[];
  readonly best: readonly (number | null)[];
  readonly labels: readonly string[];
}

export const plotHistory = (points: readonly HistoryPoint[], goal: 'maximize' | 'minimize'): HistoryPlot => {
  const sorted = [...points].sort((a, b) => a.number - b.number);
  const better = (a: number, b: number): number => (goal === 'maximize' ? Math.max(a, b) : Math.min(a, b));
  let best: number | null = null;
  const staircase = sorted.map(({ value }) => {
    if (value !== null && Number.isFinite(value)) best = best === null ? value : better(best, value);
    return best;
  });
  return {
    numbers: sorted.map((point) => point.number),
    values: sorted.map((point) =>
      point.value !== null && Number.isFinite(point.value) ? point.value : null,
    ),
    best: staircase,
    labels: sorted.map((point) => point.label),
  };
};
