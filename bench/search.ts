/**
 * Our samplers beside Optuna's, function by function, on the same seeds and budgets, one run at a time and eight at
 * a time; and what a suggestion costs with 100, 1,000 and 10,000 past runs. Optuna's side is a committed recording
 * (search/optuna.recorded.json), so no Python is needed; --optuna PYTHON runs it anew.
 */
import { parseArgs } from 'node:util';
import { sweepMethods } from '@plumage/contract';
import { compare, type Pair, type Regrets } from './search/compare.ts';
import { benchFunctions } from './search/functions.ts';
import { livePeer, type Peer, type PeerCurves, recordedPeer } from './search/peer.ts';
import type { SearchResults, SuggestMs } from './search/results.ts';
import { EVERY, inFlight, type Mode, type StudyRequest } from './search/study.ts';
import { runStudies } from './search/study.pool.ts';
import { suggestCost } from './search/timing.ts';

export const usage =
  'search [--samplers tpe,gp] [--functions branin,mixed] [--mode sequential|flight8] [--seeds 30] [--trials 100] [--recorded FILE | --optuna PYTHON] [--curves] [--skip-times]: regret of our samplers beside Optuna, and the cost of a suggestion';

/** Methods of which Optuna has none of the kind: a grid has no regret, and PBT changes runs while they train. */
const withoutPeer: readonly string[] = ['grid', 'pbt'];
const PAST_RUNS = [100, 1_000, 10_000] as const;

/** One comparison that both sides can make. */
interface Match {
  readonly what: Omit<StudyRequest, 'seed'>;
  readonly seeds: readonly number[];
  readonly peer: PeerCurves;
}

export async function run(args: string[], note: (line: string) => void): Promise<SearchResults> {
  const { values } = parseArgs({
    args,
    options: {
      samplers: { type: 'string' },
      functions: { type: 'string' },
      mode: { type: 'string' },
      seeds: { type: 'string' },
      trials: { type: 'string' },
      recorded: { type: 'string' },
      optuna: { type: 'string' },
      curves: { type: 'boolean', default: false },
      'skip-times': { type: 'boolean', default: false },
    },
  });
  const methods = sweepMethods.filter((method) => !withoutPeer.includes(method));
  const samplers = chosen('samplers', values.samplers, methods);
  const functions = chosen('functions', values.functions, Object.keys(benchFunctions));
  const modes = chosen('mode', values.mode, Object.keys(inFlight)) as Mode[];
  const [seeds, trials] = [count('seeds', values.seeds, 1), count('trials', values.trials, EVERY)];
  const wish = {
    samplers: samplers.join(),
    functions: functions.join(),
    modes: modes.join(),
    seeds: values.seeds,
    trials: values.trials,
    withTimes: !values['skip-times'],
  };
  const peer =
    values.optuna === undefined ? recordedPeer(values.recorded) : await livePeer(values.optuna, wish, note);
  const matches = findMatches(peer, { samplers, functions, modes, seeds, trials });
  const pairs = await meet(matches, values.curves, note);
  const suggestMs = values['skip-times'] ? {} : times(samplers, peer, note);
  const at10k = Object.values(suggestMs).map((cost) => cost['10000']?.ours.median ?? 0);
  const verdicts = (verdict: Pair['verdict']) => pairs.filter((pair) => pair.verdict === verdict).length;
  return {
    worseThanOptuna: verdicts('worse'),
    betterThanOptuna: verdicts('better'),
    equalToOptuna: verdicts('equal'),
    suggestMsAt10k: at10k.length > 0 ? Math.max(...at10k) : null,
    optuna: { versions: peer.versions, cpu: peer.cpu },
    pairs,
    suggestMs,
  };
}

/** @throws RangeError when a name is none of those known */
function chosen<T extends string>(option: string, text: string | undefined, known: readonly T[]): T[] {
  if (text === undefined) return [...known];
  return text.split(',').map((name) => {
    const found = known.find((each) => each === name);
    if (found === undefined) throw new RangeError(`--${option} must be of ${known.join(', ')}; got ${name}`);
    return found;
  });
}

/** @throws RangeError unless it is a multiple of `step` from `step` on */
function count(option: string, text: string | undefined, step: number): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isInteger(value) && value >= step && value % step === 0) return value;
  throw new RangeError(
    `--${option} must be a whole number from ${step} on, in steps of ${step}; got ${text}`,
  );
}

interface Selection {
  readonly samplers: readonly string[];
  readonly functions: readonly string[];
  readonly modes: readonly Mode[];
  readonly seeds: number | null;
  readonly trials: number | null;
}

function findMatches(peer: Peer, wanted: Selection): Match[] {
  return wanted.samplers.flatMap((sampler) =>
    wanted.functions.flatMap((name) =>
      wanted.modes.flatMap((mode) => {
        const curves = peer.curves[sampler]?.[name]?.[mode];
        if (curves === undefined) return [];
        const seeds = Object.keys(curves.seeds)
          .map(Number)
          .slice(0, wanted.seeds ?? undefined);
        const trials = Math.min(wanted.trials ?? curves.trials, curves.trials);
        return [{ what: { sampler, function: name, mode, trials }, seeds, peer: curves }];
      }),
    ),
  );
}

/** Runs our side of every match; a line for people as each one is complete. */
async function meet(
  matches: readonly Match[],
  withCurves: boolean,
  note: (line: string) => void,
): Promise<Pair[]> {
  const nameOf = (what: Match['what']) => `${what.sampler} ${what.function} ${what.mode}`;
  const ours = new Map(matches.map(({ what }) => [nameOf(what), new Map<number, readonly number[]>()]));
  const pairs = new Map<string, Pair>();
  const close = ({ what, seeds, peer }: Match, mine: Regrets): void => {
    const optuna = new Map(seeds.map((seed) => [seed, peer.seeds[seed] as readonly number[]]));
    const pair = compare(what, mine, optuna, withCurves);
    pairs.set(nameOf(what), pair);
    note(sentence(pair));
  };
  const requests = matches.flatMap(({ what, seeds }) => seeds.map((seed) => ({ ...what, seed })));
  await runStudies(requests, ({ request, regrets }) => {
    const mine = ours.get(nameOf(request))?.set(request.seed, regrets);
    const match = matches.find(({ what }) => nameOf(what) === nameOf(request));
    if (match !== undefined && mine?.size === match.seeds.length) close(match, mine);
  });
  return matches.flatMap(({ what }) => pairs.get(nameOf(what)) ?? []);
}

function sentence({ sampler, function: name, mode, trials, seeds, medianRegret, p, verdict }: Pair): string {
  const medians = `ours ${medianRegret.ours}, optuna ${medianRegret.optuna}, p ${p}`;
  return `${sampler} ${name} ${mode}, ${trials} trials, ${seeds} seeds: ${medians}: ${verdict}`;
}

function times(samplers: readonly string[], peer: Peer, note: (line: string) => void): SuggestMs {
  const of = (sampler: string, past: number) => {
    const cost = { ours: suggestCost(sampler, past), optuna: peer.suggestMs[sampler]?.[past] ?? null };
    note(
      `${sampler} after ${past} runs: ${cost.ours.median} ms, the first ${cost.ours.first}; optuna ${cost.optuna ?? 'not measured'}`,
    );
    return [String(past), cost] as const;
  };
  return Object.fromEntries(
    samplers.map((sampler) => [sampler, Object.fromEntries(PAST_RUNS.map((past) => of(sampler, past)))]),
  );
}
