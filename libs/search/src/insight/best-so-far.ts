/** The best value among the runs so far, run by run: in the order of their numbers, or in that in which they ended. */
export interface EndedRun {
  readonly number: number;
  readonly value: number | null;
  /** Milliseconds since 1970; null while it goes on. */
  readonly endedAt: number | null;
}

export interface BestSoFar<Run extends EndedRun> {
  /** Those with a finite value, in the order asked for. */
  readonly runs: readonly Run[];
  readonly values: readonly number[];
  /** The best of `values` up to each. */
  readonly best: readonly number[];
  /** Number of the run that has it; of equals the first. */
  readonly holders: readonly number[];
}

/** By 'end' runs that go on are left out. */
export const bestSoFar = <Run extends EndedRun>(
  all: readonly Run[],
  goal: 'minimize' | 'maximize',
  order: 'number' | 'end',
): BestSoFar<Run> => {
  const runs = all.filter(
    ({ value, endedAt }) =>
      value !== null && Number.isFinite(value) && (order === 'number' || endedAt !== null),
  );
  const place = (run: Run): number => (order === 'number' ? run.number : (run.endedAt ?? 0));
  runs.sort((a, b) => place(a) - place(b) || a.number - b.number);
  const values = runs.map((run) => run.value ?? Number.NaN);
  const best: number[] = [];
  const holders: number[] = [];
  for (const [i, value] of values.entries()) {
    const before = best.at(-1);
    const isBetter = before === undefined || (goal === 'minimize' ? value < before : value > before);
    best.push(isBetter ? value : before);
    holders.push(isBetter ? (runs[i]?.number ?? 0) : (holders.at(-1) ?? 0));
  }
  return { runs, values, best, holders };
};
