/** How many runs a sweep will have, as far as its definition says. */
import type { SweepDefinition } from '@plumage/contract';
import { compileSpace } from '../space/space.ts';

export interface RunCount {
  /** Null: without a limit that can be told beforehand. */
  readonly count: number | null;
  /** False: an estimate, or an upper bound. */
  readonly exact: boolean;
  /** What ends the sweep. */
  readonly limitedBy: 'space' | 'run_cap' | 'population' | 'budget' | null;
}

/** Excluded assignments are counted one by one, which takes a second for so many. */
const MOST_COUNTED = 200_000;

/** Number of assignments that are not excluded. */
const spaceSize = ({ method, parameters, exclude }: SweepDefinition): { size: number; exact: boolean } => {
  const space = compileSpace(parameters, method === 'grid' ? 'grid' : 'drawn', exclude);
  if (!space.hasExclusions || !Number.isFinite(space.size)) {
    return { size: space.size, exact: Number.isSafeInteger(space.size) };
  }
  if (space.size > MOST_COUNTED) return { size: space.size, exact: false };
  let size = 0;
  for (let i = 0; i < space.size; i++) if (space.allows(space.pointAt(i))) size++;
  return { size, exact: true };
};

/** Without the budget, which ends a sweep by the clock. */
export const countRuns = (definition: SweepDefinition): RunCount => {
  const { runCap, pbt } = definition;
  if (pbt !== null) {
    const all = pbt.population * pbt.generations;
    return runCap !== null && runCap < all
      ? { count: runCap, exact: true, limitedBy: 'run_cap' }
      : { count: all, exact: true, limitedBy: 'population' };
  }
  const { size, exact } = spaceSize(definition);
  if (size <= (runCap ?? Number.MAX_SAFE_INTEGER)) return { count: size, exact, limitedBy: 'space' };
  return runCap === null
    ? { count: null, exact: false, limitedBy: null }
    : { count: runCap, exact: exact || size === Number.POSITIVE_INFINITY, limitedBy: 'run_cap' };
};
