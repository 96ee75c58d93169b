/** The rungs of a sweep from columns to what stands on them, ladder by ladder. */

export interface RungColumns {
  readonly bracket: number;
  readonly rung: number;
  readonly step: number;
  readonly cutoff: number | null;
  readonly runIds: readonly string[];
  readonly runNumbers: readonly number[];
  readonly values: readonly (number | null)[];
  readonly stopped: readonly boolean[];
}

export interface RungRun {
  readonly runId: string;
  readonly number: number;
  readonly value: number | null;
  readonly isStopped: boolean;
}

export interface RungPlace {
  readonly rung: number;
  readonly step: number;
  readonly cutoff: number | null;
  /** Best first. */
  readonly runs: readonly RungRun[];
  readonly stopped: number;
}

export interface Ladder {
  readonly bracket: number;
  /** Lowest first. */
  readonly rungs: readonly RungPlace[];
}

const placeOf = (rung: RungColumns): RungPlace => {
  const runs = rung.runIds.map((runId, i) => ({
    runId,
    number: rung.runNumbers[i] ?? 0,
    value: rung.values[i] ?? null,
    isStopped: rung.stopped[i] ?? false,
  }));
  return {
    rung: rung.rung,
    step: rung.step,
    cutoff: rung.cutoff,
    runs,
    stopped: runs.filter(({ isStopped }) => isStopped).length,
  };
};

export const laddersOf = (rungs: readonly RungColumns[]): readonly Ladder[] => {
  const brackets = [...new Set(rungs.map(({ bracket }) => bracket))].sort((a, b) => a - b);
  return brackets.map((bracket) => ({
    bracket,
    rungs: rungs
      .filter((rung) => rung.bracket === bracket)
      .map(placeOf)
      .sort((a, b) => a.step - b.step),
  }));
};

interface Rule {
  readonly type: string;
  readonly wrapped?: Rule;
}

/** Whether the rule of a definition judges runs at rungs. */
export const hasRungs = (definition: unknown): boolean => {
  const rule = (definition as { earlyTerminate?: Rule | null } | null)?.earlyTerminate ?? null;
  const judging = rule?.wrapped ?? rule;
  return judging !== null && ['asha', 'hyperband'].includes(judging.type);
};
