/**
 * Notices the two ways in which a conditional GAN collapses: noise that no longer matters (every picture of a
 * caption is the same) and captions that no longer matter (every picture is the same). Each is reported once, and
 * again only after it has passed.
 */

/** Below these, relative to the distances between real pictures, nothing is left to see. */
export const collapseLimits = { 'eval/diversity': 0.02, 'eval/caption_spread': 0.1 } as const;

/** Pictures of the first steps are all alike, which is no collapse. */
const firstStep = 500;

const sentences: Readonly<Record<keyof typeof collapseLimits, string>> = {
  'eval/diversity': 'the noise no longer changes the picture of a caption',
  'eval/caption_spread': 'the caption no longer changes the picture',
};

/** A function that is given each evaluation and returns what to warn of. */
export const createCollapseAlarm = (): ((
  step: number,
  values: Readonly<Record<string, number>>,
) => string[]) => {
  const raised = new Set<string>();
  return (step, values) => {
    if (step < firstStep) return [];
    return (Object.keys(collapseLimits) as (keyof typeof collapseLimits)[]).flatMap((metric) => {
      const value = values[metric];
      const limit = collapseLimits[metric];
      if (value === undefined || value >= limit) {
        raised.delete(metric);
        return [];
      }
      if (raised.has(metric)) return [];
      raised.add(metric);
      const figure = `${metric} is ${value.toPrecision(2)}, below ${limit}`;
      return [`The generator may have collapsed at step ${step}: ${sentences[metric]} (${figure}).`];
    });
  };
};
