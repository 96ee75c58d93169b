/**
 * NSGA-II, Deb, Pratap, Agarwal & Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", IEEE TEC
 * 2002, one child at a time: whenever a run is asked for, the population is the best of all runs that have a result
 * by rank and crowding, so that no agent waits for a generation to end and nothing but the history is remembered.
 * With one metric it is an elitist genetic algorithm. nsga2/survival.ts has the selection, nsga2/variation.ts how a
 * child differs from its parents.
 *
 * The first runs are points of a Sobol' sequence. A parameter that neither parent has, because a condition did not
 * hold, is drawn from its distribution. Runs that a stopping rule ended are left out: their losses are of fewer steps.
 */
import type { Assignment, ParameterValue, Rng } from '@plumage/contract';
import { fresh, type Sampler } from '../sampler.ts';
import { type Axis, valueAt } from '../space/axis.ts';
import { uniform53 } from '../space/domain.ts';
import { type Survivor, survivorsOf } from './nsga2/survival.ts';
import { crossPlaces, mutatePlace } from './nsga2/variation.ts';
import { sobolSampler } from './sobol.ts';

const START_RUNS = 20;
const POPULATION = 20;
/** How likely a child has two parents, and takes a category from the second. */
const CROSSOVER = 0.9;
const SWAP = 0.5;

/** The better of two at random: by rank, then by crowding. `population` has the better first. */
const tournament = (population: readonly Survivor[], rng: Rng): Assignment => {
  const winner = Math.min(rng.int(population.length), rng.int(population.length));
  return population[winner]?.observation.assignment ?? {};
};

/** The value that a child has of its parents before it mutates; null when neither has one. */
const inherited = (axis: Axis, mother: Assignment, father: Assignment | null, rng: Rng) => {
  const [own, other] = [mother[axis.path], father?.[axis.path]];
  if (axis.kind === 'numeric') {
    const [a, b] = [axis.toUnit(own), axis.toUnit(other)];
    if (a === null || b === null) return a ?? b;
    return rng.next() < SWAP ? crossPlaces(a, b, rng) : a;
  }
  if (axis.kind === 'constant') return 0;
  const [a, b] = [axis.indexOf(own), axis.indexOf(other)];
  if (a < 0 || b < 0) return a < 0 && b < 0 ? null : Math.max(a, b);
  return rng.next() < SWAP ? b : a;
};

const childValue = (axis: Axis, gene: number | null, mutates: boolean, rng: Rng): ParameterValue => {
  if (gene === null) return valueAt(axis, uniform53(rng));
  switch (axis.kind) {
    case 'constant':
      return axis.value;
    case 'categorical':
      return mutates ? valueAt(axis, uniform53(rng)) : (axis.values[gene] ?? valueAt(axis, uniform53(rng)));
    case 'numeric':
      return axis.fromUnit(mutates ? mutatePlace(gene, rng) : gene);
  }
};

export const nsga2Sampler: Sampler = {
  method: 'nsga2',
  usesHistory: true,
  enumerates: false,
  suggest(space, history, rng, context) {
    const population = survivorsOf(history, POPULATION);
    const isStart = context.runNumber <= START_RUNS || population.length < 2;
    if (isStart) return sobolSampler.suggest(space, history, rng, context);
    const mother = tournament(population, rng);
    const father = rng.next() < CROSSOVER ? tournament(population, rng) : null;
    const searched = space.axes.filter(({ kind }) => kind !== 'constant').length;
    // A child that is taken already changes more at each further try.
    const chance = Math.min(1, (1 + context.attempt) / Math.max(1, searched));
    const assignment = space.assemble((axis) => {
      const gene = inherited(axis, mother, father, rng);
      return childValue(axis, gene, rng.next() < chance, rng);
    });
    return fresh(assignment);
  },
};
