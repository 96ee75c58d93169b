/**
 * A population as its runs tell of it: who trains, whose turn is next, and who is good enough to be copied. Ranks are
 * Ray's (ray.tune.schedulers.PopulationBasedTraining), with one difference: a member is compared with what the others
 * were worth at its own age, never with what they have reached since, so that those who come late, because there are
 * fewer slots than members, are not judged by those who are ahead, and nobody starts behind the end of its interval.
 */
import type { PbtOptions } from '@plumage/contract';
import type { Observation } from '../../sampler.ts';

/** A run that trains a member. */
export type Trainee = Observation & { readonly place: NonNullable<Observation['place']> };

/** The runs of each member, oldest first. Runs outside of the population (queued by hand) are left out. */
export const traineesByMember = (
  history: readonly Observation[],
): ReadonlyMap<number, readonly Trainee[]> => {
  const members = new Map<number, Trainee[]>();
  for (const observation of history) {
    if (observation.place === null) continue;
    const { member } = observation.place;
    const runs = members.get(member) ?? [];
    runs.push({ ...observation, place: observation.place });
    members.set(member, runs);
  }
  return members;
};

export type Turn =
  /** Member `member` trains generation `generation` next; `own` is its newest run, absent before the first. */
  | {
      readonly kind: 'due';
      readonly member: number;
      readonly generation: number;
      readonly own: Trainee | null;
    }
  | { readonly kind: 'wait' }
  | { readonly kind: 'exhausted' };

/** The member that is farthest behind among those that do not train; the first of equals. */
export const nextTurn = (
  members: ReadonlyMap<number, readonly Trainee[]>,
  { population, generations }: PbtOptions,
): Turn => {
  let next: Turn & { kind: 'due' } = { kind: 'due', member: -1, generation: generations, own: null };
  let someTrain = false;
  for (let member = 0; member < population; member++) {
    const own = members.get(member)?.at(-1) ?? null;
    const generation = own === null ? 0 : own.place.generation + 1;
    if (generation >= generations) continue;
    if (own?.status === 'running') someTrain = true;
    else if (generation < next.generation) next = { kind: 'due', member, generation, own };
  }
  if (next.member >= 0) return next;
  return { kind: someTrain ? 'wait' : 'exhausted' };
};

/** What each member was worth at the age of `generation`, best first; those without a value are left out. */
export const ranking = (
  members: ReadonlyMap<number, readonly Trainee[]>,
  generation: number,
): readonly Trainee[] => {
  const last = [...members.values()].flatMap((runs) =>
    runs
      .filter(
        ({ status, losses, place }) => status === 'done' && losses !== null && place.generation <= generation,
      )
      .slice(-1),
  );
  return last.sort((a, b) => (a.losses?.[0] ?? 0) - (b.losses?.[0] ?? 0) || a.number - b.number);
};

export interface Quantiles {
  readonly best: readonly Trainee[];
  readonly worst: readonly Trainee[];
}

/** Both ends of a ranking, by Ray's rule: the share rounded up, yet never more than half; one alone is neither. */
export const quantiles = (ranked: readonly Trainee[], quantile: number): Quantiles => {
  if (ranked.length < 2) return { best: [], worst: [] };
  const size = Math.min(Math.ceil(ranked.length * quantile), Math.floor(ranked.length / 2));
  return { best: ranked.slice(0, size), worst: ranked.slice(-size) };
};
