/** Pages of pictures as one list, newest first, each once, although new ones arrive while one scrolls back. */
export const mergeSamples = <Sample extends { readonly id: string }>(
  lists: readonly (readonly Sample[])[],
): readonly Sample[] => {
  const seen = new Map<string, Sample>();
  for (const list of lists) {
    for (const sample of list) if (!seen.has(sample.id)) seen.set(sample.id, sample);
  }
  return [...seen.values()];
};
