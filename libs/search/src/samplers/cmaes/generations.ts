/**
 * The state of the search, replayed from its runs: run numbers make generations, and a generation changes the
 * distribution once it is over. One is over when all of its runs have ended; or when as many runs after it have
 * ended as it has members, so that one slow run does not hold up the search: it is then left out. So the state is a
 * pure function of the history, and every result counts, also that of a run that was drawn from an older state,
 * because its step is taken from where the distribution stands now (Hansen, Injecting External Solutions Into
 * CMA-ES, 2011).
 *
 * Only ranks count: a run that a rule stopped ranks behind those of its generation that were not, one that failed
 * behind all. A generation of fewer than two runs with a loss changes nothing.
 *
 * Categories have chances of their own, which move towards what the better half of a generation has, and never
 * vanish (as in Hamano et al., CatCMA, 2024, with a fixed rate). A number whose condition does not hold for a run
 * stands where the distribution might have put it, so that branches neither narrow nor widen what they do not use.
 */
import { createRng } from '@plumage/contract';
import type { Observation } from '../../sampler.ts';
import type { Space } from '../../space/space.ts';
import { type Coordinates, coordinatesOf } from './coordinates.ts';
import { defaultPopulation, type Distribution, ratesFor, startAt, stepTo, update } from './strategy.ts';

export interface State {
  /** Null where no parameter is a number. */
  readonly distribution: Distribution | null;
  /** Of each category's values. */
  readonly probabilities: readonly Float64Array[];
  /** Number of runs in the next generation. */
  readonly population: number;
  /** How many runs have been taken in, or left out. */
  readonly taken: number;
}

/** Deviation at the start, as a share of each parameter's range; Optuna's too. */
const SIGMA = 1 / 6;
/** How far a generation moves the categories' chances. */
const LEARNING = 0.3;
/** A distribution as narrow as this share of the range has found its optimum. */
const NARROW = 1e-8;
/** The ratio of the longest axis to the shortest beyond which rounding rules. */
const ELONGATED = 1e7;

const startOf = ({ numbers, categories }: Coordinates): State => {
  const n = numbers.length;
  return {
    distribution: n === 0 ? null : startAt(new Float64Array(n).fill(0.5), SIGMA),
    probabilities: categories.map((axis) => Float64Array.from(axis.probabilities)),
    population: defaultPopulation(Math.max(n, 1)),
    taken: 0,
  };
};

const places = { done: 0, stopped: 1, failed: 2, running: 3 } as const;

const rank = (members: readonly Observation[]): Observation[] =>
  members.toSorted(
    (a, b) =>
      places[a.status] - places[b.status] ||
      (a.losses?.[0] ?? 0) - (b.losses?.[0] ?? 0) ||
      a.number - b.number,
  );

/** No value's chance falls below one in (2 x values x population). */
const learn = (
  before: readonly Float64Array[],
  best: readonly (readonly number[])[],
  population: number,
): Float64Array[] =>
  before.map((chances, c) => {
    const chosen = best.map((choices) => choices[c] as number).filter((choice) => choice >= 0);
    if (chosen.length === 0) return chances;
    const moved = chances.map((chance, value) => {
      const share = chosen.filter((choice) => choice === value).length / chosen.length;
      return Math.max(chance + LEARNING * (share - chance), 1 / (2 * chances.length * population));
    });
    const total = moved.reduce((a, b) => a + b, 0);
    return moved.map((chance) => chance / total);
  });

const filled = (x: Float64Array, run: Observation, at: Distribution, seed: number): Float64Array => {
  if (!x.some(Number.isNaN)) return x;
  const rng = createRng(seed, `absent ${run.number}`);
  return x.map((place, i) => {
    const normal = rng.normal();
    if (!Number.isNaN(place)) return place;
    const deviation = at.sigma * Math.sqrt(at.covariance[i * (x.length + 1)] as number);
    return Math.min(Math.max((at.mean[i] as number) + deviation * normal, 0), 1);
  });
};

const hasConverged = ({ sigma, deviations }: Distribution): boolean => {
  const [least, most] = [Math.min(...deviations), Math.max(...deviations)];
  return sigma * most < NARROW || most > ELONGATED * least;
};

const advance = (
  state: State,
  members: readonly Observation[],
  coordinates: Coordinates,
  seed: number,
): State => {
  const { distribution: before, population } = state;
  const taken = state.taken + population;
  const ended = rank(members.filter(({ status }) => status !== 'running'));
  const known = ended.filter(({ losses }) => losses !== null).length;
  if (known < 2) return { ...state, taken };
  const best = ended.slice(0, known >> 1).map((run) => coordinates.choicesOf(run));
  const probabilities = learn(state.probabilities, best, population);
  if (before === null) return { ...state, probabilities, taken };
  const steps = ended.map((run) =>
    stepTo(before, filled(coordinates.placesOf(run, seed), run, before, seed)),
  );
  const after = update(before, steps, ratesFor(before.mean.length, steps.length));
  if (!hasConverged(after)) return { distribution: after, probabilities, population, taken };
  // Begins again elsewhere with generations twice as large (Auger & Hansen, A Restart CMA Evolution Strategy, 2005).
  const rng = createRng(seed, `restart ${taken}`);
  return {
    distribution: startAt(
      after.mean.map(() => rng.next()),
      SIGMA,
    ),
    probabilities: startOf(coordinates).probabilities,
    population: 2 * population,
    taken,
  };
};

const isOver = (history: readonly Observation[], { taken, population }: State): boolean => {
  const end = taken + population;
  if (history.length < end) return false;
  let running = 0;
  for (let i = taken; i < end; i++) if (history[i]?.status === 'running') running++;
  if (running === 0) return true;
  let after = 0;
  for (let i = end; i < history.length && after < population; i++) {
    if (history[i]?.status !== 'running') after++;
  }
  return after >= population;
};

interface Memory {
  readonly coordinates: Coordinates;
  readonly seed: number;
  /** states[g] is the state before generation g, whose runs are members[g]. */
  readonly members: (readonly Observation[])[];
  readonly states: State[];
}

const memories = new WeakMap<Space, Memory>();

const recall = (space: Space, seed: number): Memory => {
  const before = memories.get(space);
  if (before !== undefined && before.seed === seed) return before;
  const coordinates = coordinatesOf(space);
  const memory = { coordinates, seed, members: [], states: [startOf(coordinates)] };
  memories.set(space, memory);
  return memory;
};

/** The state after all generations that are over. What was computed for the same runs before is used again. */
export const replay = (
  space: Space,
  history: readonly Observation[],
  seed: number,
): { readonly state: State; readonly coordinates: Coordinates } => {
  const { members, states, coordinates } = recall(space, seed);
  for (let g = 0; ; g++) {
    const state = states[g] as State;
    if (!isOver(history, state)) return { state, coordinates };
    const isKnown = members[g]?.every((run, i) => run === history[state.taken + i]) === true;
    if (isKnown) continue;
    members.length = g;
    states.length = g + 1;
    const runs = history.slice(state.taken, state.taken + state.population);
    members.push(runs);
    states.push(advance(state, runs, coordinates, seed));
  }
};
