/** From what was typed into the limits of a sweep to the patch of its definition that says so. */

export interface Limits {
  readonly runCap: number | null;
  readonly concurrency: number | null;
  readonly priority: number;
}

export type LimitName = keyof Limits;
export type LimitDraft = Readonly<Record<LimitName, string>>;

export const limitKeys: Readonly<Record<LimitName, string>> = {
  runCap: 'run_cap',
  concurrency: 'concurrency',
  priority: 'priority',
};

const names = Object.keys(limitKeys) as LimitName[];

export const draftOf = (limits: Limits): LimitDraft => ({
  runCap: limits.runCap === null ? '' : String(limits.runCap),
  concurrency: limits.concurrency === null ? '' : String(limits.concurrency),
  priority: String(limits.priority),
});

/**
 * Only what differs; an empty field takes the limit away. What is no number goes as it is, for the server to say
 * what is right there. Null: nothing was changed.
 */
export const limitsPatch = (draft: LimitDraft, limits: Limits): Readonly<Record<string, unknown>> | null => {
  const before = draftOf(limits);
  const changed = names.filter((name) => draft[name].trim() !== before[name]);
  if (changed.length === 0) return null;
  return Object.fromEntries(
    changed.map((name) => {
      const typed = draft[name].trim();
      const value = Number(typed);
      return [limitKeys[name], typed === '' ? null : Number.isFinite(value) ? value : typed];
    }),
  );
};
