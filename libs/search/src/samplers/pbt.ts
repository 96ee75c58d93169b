/**
 * Population based training (Jaderberg et al. 2017, "Population Based Training of Neural Networks"), with the rules of
 * Ray's scheduler. Members train side by side, an interval of steps at a time; each interval (a generation of a
 * member) is a run of its own that starts where another run has ended. When its interval is over, a member trains on
 * with what it has, unless it is among the worst: then it copies one of the best, weights and all, and changes the
 * copied hyperparameters a little. So a schedule is found, and not one setting.
 *
 * Asynchronous, as the paper's: a member whose interval is over waits for nobody. It copies no run without a
 * checkpoint; a member whose run failed, or was stopped, is replaced by a copy, and starts anew when there is none.
 */
import { type Assignment, assignmentKey, type PbtOptions, type Rng } from '@plumage/contract';
import type { Observation, Place, Sampler, SuggestContext, Suggestion } from '../sampler.ts';
import type { Space } from '../space/space.ts';
import { carryOn, explore } from './pbt/explore.ts';
import { nextTurn, quantiles, ranking, traineesByMember, type Trainee } from './pbt/population.ts';

/** How often chance may look for a configuration that is allowed, and that no run of the same descent has. */
const DRAWS = 100;
/** As in suggest-unseen.ts: where nearly everything is excluded, all places are equally likely. */
const EVEN_DRAWS = 2_000;

const hasCheckpoint = (run: Trainee): run is Trainee & { checkpointStep: number } =>
  run.checkpointStep !== null;

const pick = <T>(rng: Rng, items: readonly T[]): T => items[rng.int(items.length)] as T;

/** How many steps the sweep's runs train when nothing divides them: the constant `steps`, if there is one. */
const lastStepOf = (space: Space): number => {
  const steps = space.axes.find(({ path }) => path === 'steps');
  return steps?.kind === 'constant' && typeof steps.value === 'number'
    ? steps.value
    : Number.POSITIVE_INFINITY;
};

/** What starts at `place`, from `parent`'s checkpoint or afresh. */
const started = (
  space: Space,
  assignment: Assignment | null,
  place: Place,
  parent: Trainee | null,
  { interval }: PbtOptions,
): Suggestion => {
  if (assignment === null) return { kind: 'exhausted' };
  const scheduled = (place.generation + 1) * interval;
  // A longer interval may have been written since, and a program may have trained beyond its last step.
  const needed = parent === null ? 0 : (parent.checkpointStep ?? 0) + 1;
  const until = Math.min(Math.max(scheduled, needed), lastStepOf(space));
  return { kind: 'assignment', assignment, parent: parent?.number ?? null, until, place };
};

/**
 * A configuration by `draw` that is allowed and not among `taken`; one that is taken when there is no other, since a
 * member must train all the same; null when nothing is allowed.
 */
const configure = (
  space: Space,
  taken: readonly Assignment[],
  rng: Rng,
  draw: () => Assignment,
): Assignment | null => {
  const keys = new Set(taken.map(assignmentKey));
  let spare: Assignment | null = null;
  for (let i = 0; i < DRAWS + EVEN_DRAWS; i++) {
    if (i >= DRAWS && spare !== null) return spare;
    const assignment = i < DRAWS ? draw() : space.drawEvenly(rng);
    if (!space.allows(assignment)) continue;
    if (!keys.has(assignmentKey(assignment))) return assignment;
    spare ??= assignment;
  }
  return spare;
};

/** The run that a member copies which is among the worst or has nothing to go on from; null when there is none. */
const donorOf = (
  own: Trainee,
  ranked: readonly Trainee[],
  isLost: boolean,
  { quantile }: PbtOptions,
  rng: Rng,
) => {
  const best = quantiles(ranked, quantile).best.filter(
    (run) => hasCheckpoint(run) && run.number !== own.number,
  );
  if (best.length > 0) return pick(rng, best);
  return isLost ? (ranked.find(hasCheckpoint) ?? null) : null;
};

const suggest = (
  space: Space,
  history: readonly Observation[],
  rng: Rng,
  { pbt }: SuggestContext,
): Suggestion => {
  if (pbt === null) throw new TypeError('method pbt needs the options of a population');
  const members = traineesByMember(history);
  const turn = nextTurn(members, pbt);
  if (turn.kind !== 'due') return turn;
  const { own } = turn;
  const place = { member: turn.member, generation: turn.generation };
  const from = (parent: Trainee | null): readonly Assignment[] =>
    history
      .filter((run) => run.parent === (parent?.number ?? null) && run.place !== null)
      .map(({ assignment }) => assignment);
  const afresh = () => configure(space, from(null), rng, () => space.draw(rng));
  if (own === null) return started(space, afresh(), place, null, pbt);

  const isLost = !own.finished || !hasCheckpoint(own);
  const ranked = ranking(members, own.place.generation);
  const isWorst = quantiles(ranked, pbt.quantile).worst.some(({ number }) => number === own.number);
  const donor = isLost || isWorst ? donorOf(own, ranked, isLost, pbt, rng) : null;
  if (donor !== null) {
    const taken = [donor.assignment, ...from(donor)];
    const copied = configure(space, taken, rng, () => explore(space, donor.assignment, pbt, rng));
    return started(space, copied, place, donor, pbt);
  }
  if (isLost) return started(space, afresh(), place, null, pbt);
  const same = carryOn(space, own.assignment, rng);
  if (space.allows(same)) return started(space, same, place, own, pbt);
  const changed = configure(space, [], rng, () => explore(space, own.assignment, pbt, rng));
  return started(space, changed, place, own, pbt);
};

export const pbtSampler: Sampler = {
  method: 'pbt',
  usesHistory: true,
  // What it calls exhausted is: a population ends by its generations, not by the points of its space.
  enumerates: true,
  suggest,
};
