/**
 * An assignment is one point of a search space: what a run trains with. It is flat; a nested parameter's key is its
 * dotted path (`optimizer.beta1`). Parameters whose condition does not hold are absent.
 */
export type Scalar = number | string | boolean;
/** What a parameter can be: a scalar, or a short list of them (prompts, categories), which is one value. */
export type ParameterValue = Scalar | readonly Scalar[];
export type Assignment = Readonly<Record<string, ParameterValue>>;

/**
 * The canonical text of an assignment: equal exactly when the assignments are equal, whatever the order of keys.
 * Numbers are printed in the shortest form that reads back to the same double; text and numbers never meet
 * ("1" is not 1). Unbounded length: hash it where an index limits the size of a key.
 *
 * @throws TypeError when a number is not finite, since NaN equals nothing and cannot be deduplicated.
 */
export const assignmentKey = (assignment: Assignment): string => {
  const entries = Object.entries(assignment).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, value] of entries) {
    for (const part of Array.isArray(value) ? value : [value]) {
      if (typeof part === 'number' && !Number.isFinite(part)) {
        throw new TypeError(`assignmentKey: ${key} must be a finite number, got ${part}`);
      }
    }
  }
  return JSON.stringify(entries);
};
