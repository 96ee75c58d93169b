/** How long a run still needs, from how its current attempt went so far. */
export interface AttemptPace {
  readonly startedAt: string;
  readonly resumedFromStep: number;
}

/** Milliseconds, or null when nothing can be said yet (no end known, or too few steps since the attempt began). */
export const remainingMs = (
  run: { readonly step: number; readonly totalSteps: number | null },
  attempt: AttemptPace,
  nowMs: number,
): number | null => {
  const done = run.step - attempt.resumedFromStep;
  const spent = nowMs - Date.parse(attempt.startedAt);
  if (run.totalSteps === null || done < 5 || spent <= 0) return null;
  return Math.max(0, ((run.totalSteps - run.step) * spent) / done);
};
