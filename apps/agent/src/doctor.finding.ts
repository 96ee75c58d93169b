/** One thing that the doctor has looked at. `wrong` is what keeps this machine from training; advice never is. */
export interface Finding {
  readonly state: 'ok' | 'wrong';
  readonly text: string;
  /** What would make it better, with the command where there is one. */
  readonly advice?: string;
}

export const ok = (text: string, advice?: string): Finding =>
  advice === undefined ? { state: 'ok', text } : { state: 'ok', text, advice };

export const wrong = (text: string, advice?: string): Finding => ({ ...ok(text, advice), state: 'wrong' });

/** What went wrong, in its own words. */
export const wrongBecause = (error: unknown): Finding =>
  wrong(error instanceof Error ? error.message : String(error));

export const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Findings as a person reads them: one line each, advice below what it is about. */
export const findingLines = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ state, text, advice }) => [
    `${state.padEnd(5)} ${text}`,
    ...(advice === undefined ? [] : [`      advice: ${advice}`]),
  ]);
