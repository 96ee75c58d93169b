/** The runs that a replayed rule would have stopped, from columns to rows. */

export interface ReplayColumns {
  readonly runIds: readonly string[];
  readonly runNumbers: readonly number[];
  readonly steps: readonly number[];
  readonly stepsRecorded: readonly number[];
  readonly stopped: readonly boolean[];
  readonly sentences: readonly (string | null)[];
}

export interface ReplayedRun {
  readonly runId: string;
  readonly number: number;
  /** The step at which it would have been stopped. */
  readonly at: number;
  readonly trained: number;
  readonly saved: number;
  readonly sentence: string | null;
}

export const stoppedRuns = (replay: ReplayColumns): readonly ReplayedRun[] =>
  replay.runIds.flatMap((runId, i) => {
    const at = replay.steps[i] ?? 0;
    const trained = replay.stepsRecorded[i] ?? 0;
    const number = replay.runNumbers[i] ?? 0;
    const sentence = replay.sentences[i] ?? null;
    return replay.stopped[i] === true ? [{ runId, number, at, trained, saved: trained - at, sentence }] : [];
  });
