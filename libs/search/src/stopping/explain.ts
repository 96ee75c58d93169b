/** How decisions are put into words and ranks, alike for every rule. */
import type { StoppingRuleType } from '@plumage/contract';
import {
  type Goal,
  MAX_NAMED_PEERS,
  type ObservedRun,
  type StopDecision,
  type StopExplanation,
} from './stopping-rule.ts';

export interface PeerValue {
  readonly run: number;
  readonly value: number;
}

/** Six digits are enough for a sentence. */
export const shown = (value: number): string => String(Number(value.toPrecision(6)));
/** JSON has no words for NaN and infinities, and none for -0. */
export const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value + 0 : null);
export const isWorse = (goal: Goal, a: number, b: number): boolean => (goal === 'maximize' ? a < b : a > b);

/** "1 run", "4 runs". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Best first, of equals the lower run number; NaN is left out. */
export const bestFirst = (peers: readonly PeerValue[], goal: Goal): PeerValue[] =>
  peers
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) =>
      isWorse(goal, a.value, b.value) ? 1 : isWorse(goal, b.value, a.value) ? -1 : a.run - b.run,
    );

/** The place of `value` among itself and its peers, and the peers as an explanation names them. */
export const rankAmong = (value: number, peers: readonly PeerValue[], goal: Goal) => {
  const ranked = bestFirst(peers, goal);
  return {
    rank: Number.isNaN(value)
      ? ranked.length + 1
      : 1 + ranked.filter((peer) => isWorse(goal, value, peer.value)).length,
    peerCount: ranked.length,
    peers: ranked
      .slice(0, MAX_NAMED_PEERS)
      .map((peer) => ({ run: peer.run, value: finiteOrNull(peer.value) })),
  } satisfies Partial<StopExplanation>;
};

/** Says of one point what was decided; a rule fills in what it knows. */
export const explainer = (rule: StoppingRuleType, run: ObservedRun, step: number | null) => {
  const say = (
    stop: boolean,
    compared: boolean,
    sentence: string,
    known: Partial<StopExplanation>,
  ): StopDecision => ({
    stop,
    compared,
    explanation: {
      rule,
      step,
      value: null,
      bracket: null,
      rung: null,
      rungStep: null,
      rank: null,
      cutoff: null,
      peerCount: 0,
      peers: [],
      ...known,
      sentence,
    },
  });
  const at = step === null ? '' : ` at step ${step}`;
  return {
    /** Nothing was compared; `why` is a full sentence. */
    waits: (why: string, known: Partial<StopExplanation> = {}) => say(false, false, why, known),
    /** `why` completes "Goes on at step 7: ...". */
    goesOn: (why: string, known: Partial<StopExplanation> = {}) =>
      say(false, true, `Goes on${at}: ${why}`, known),
    /** `why` completes "Stopped at step 7: ...". */
    stops: (why: string, known: Partial<StopExplanation> = {}) =>
      say(true, true, `Stopped${at}: ${why}`, known),
    /** What every rule says of a run without points. */
    silent: () => say(false, false, `Run ${run.number} has reported no value yet.`, {}),
  };
};
