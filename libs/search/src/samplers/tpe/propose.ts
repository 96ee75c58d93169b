/**
 * From the two groups of runs to a point: of candidates drawn from the density of the better ones, that at which the
 * quotient of the densities is largest; jointly in all parameters, or one parameter after the other.
 */
import type { Assignment, Rng } from '@plumage/contract';
import type { Observation } from '../../sampler.ts';
import { drawFrom, drawKernel, logDensity, type Parzen, parzenOf } from './parzen.ts';
import type { Candidate, Places } from './places.ts';
import type { Split } from './split.ts';
import { byImprovement, byRecency, representatives } from './weights.ts';

/** Of each kind: drawn, and crossed with the best of them. */
const CANDIDATES = 24;

type IsOpen = (assignment: Assignment) => boolean;

const quotient = (better: Parzen, worse: Parzen, cell: Pick<Candidate, 'low' | 'high'>): number =>
  logDensity(better, cell) - logDensity(worse, cell);

/** Null when no candidate is open. */
export const proposeJointly = (
  { axes, rowOf, assemble }: Places,
  { better, worse }: Split,
  isOpen: IsOpen,
  rng: Rng,
): Assignment | null => {
  const rowsOf = (runs: readonly Observation[]) => runs.map((run) => rowOf(run.assignment));
  const good = parzenOf(axes, rowsOf(better), byImprovement(better, worse));
  const others = representatives(worse);
  const bad = parzenOf(axes, rowsOf(others), byRecency(others.length));
  let best: Candidate | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < 2 * CANDIDATES; i++) {
    const kernel = drawKernel(good, rng);
    const parent = i < CANDIDATES ? null : best;
    const candidate = assemble((axis) => {
      const drawn = drawFrom(good, kernel, axis, rng);
      if (parent === null) return drawn;
      const kept = ((parent.low[axis] as number) + (parent.high[axis] as number)) / 2;
      return rng.next() < 0.5 && !Number.isNaN(kept) ? kept : drawn;
    });
    if (!isOpen(candidate.assignment)) continue;
    const gain = quotient(good, bad, candidate);
    if (gain > most || best === null) [best, most] = [candidate, gain];
  }
  return best?.assignment ?? null;
};

/** Only runs that have the parameter count for it. */
const chooser = ({ axes, rowOf }: Places, { better, worse }: Split, rng: Rng) => {
  const others = representatives(worse);
  const densities = axes.map((axis, i) => {
    const having = (runs: readonly Observation[]): Parzen => {
      const rows = runs
        .map((run) => rowOf(run.assignment).subarray(i, i + 1))
        .filter(([at]) => !Number.isNaN(at));
      return parzenOf([axis], rows, byRecency(rows.length));
    };
    return { axis, good: having(better), bad: having(others) };
  });
  return (i: number): number => {
    const { axis, good, bad } = densities[i] as (typeof densities)[number];
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let n = 0; n < CANDIDATES; n++) {
      const place = drawFrom(good, drawKernel(good, rng), 0, rng);
      const cell = axis.kind === 'numeric' ? axis.cellOf(axis.fromUnit(place)) : null;
      const [low, high] = cell ?? [place, place];
      const gain = quotient(good, bad, { low: Float64Array.of(low), high: Float64Array.of(high) });
      if (gain > most || n === 0) [best, most] = [place, gain];
    }
    return best;
  };
};

/** How often it may come to a point that is not open. */
const TRIES = 8;

/** Null when no try gave an open point. */
export const proposeOneByOne = (
  places: Places,
  split: Split,
  isOpen: IsOpen,
  rng: Rng,
): Assignment | null => {
  const choose = chooser(places, split, rng);
  for (let i = 0; i < TRIES; i++) {
    const { assignment } = places.assemble(choose);
    if (isOpen(assignment)) return assignment;
  }
  return null;
};
