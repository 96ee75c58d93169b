/**
 * What is done to whom and when, drawn from the seed alone: the same seed gives the same plan on every machine. Which
 * process a plan's `pick` meets depends on who lives at that moment.
 */
import { createRng, type Rng } from '@plumage/contract';

export const killKinds = [
  'agent-kill',
  'agent-suspend',
  'agent-terminate',
  'child-kill',
  'child-suspend',
  'api-kill',
  'api-suspend',
  'api-terminate',
  'postgres-kill',
  'postgres-suspend',
  'backend-kill',
] as const;
export type KillKind = (typeof killKinds)[number];

/** How often each kind comes, out of the sum. */
const weights: Readonly<Record<KillKind, number>> = {
  'agent-kill': 18,
  'agent-suspend': 12,
  'agent-terminate': 6,
  'child-kill': 16,
  'child-suspend': 8,
  'api-kill': 12,
  'api-suspend': 8,
  'api-terminate': 6,
  'postgres-kill': 5,
  'postgres-suspend': 4,
  'backend-kill': 5,
};

export interface PlannedKill {
  readonly kind: KillKind;
  /** Pause before it. */
  readonly afterMs: number;
  /** Which of those that could be struck: modulo their number. */
  readonly pick: number;
  /** How long a killed process stays away, or a suspended one stands still. */
  readonly forMs: number;
  /** A killed agent comes back under its other name and in its other work folder; what it owed waits in the old one. */
  readonly elsewhere: boolean;
}

const between = (rng: Rng, from: number, to: number): number => from + rng.int(to - from);

const drawKind = (rng: Rng): KillKind => {
  const sum = killKinds.reduce((total, kind) => total + weights[kind], 0);
  let left = rng.int(sum);
  for (const kind of killKinds) {
    left -= weights[kind];
    if (left < 0) return kind;
  }
  return 'agent-kill';
};

const durationMs = (rng: Rng, kind: KillKind, leaseMs: number): number => {
  switch (kind) {
    case 'agent-suspend':
      // Half of them outlive their lease and wake as strangers.
      return between(rng, 200, leaseMs * 2);
    case 'child-suspend':
    case 'api-suspend':
    case 'postgres-suspend':
      return between(rng, 200, leaseMs * 1.25);
    case 'agent-kill':
    case 'agent-terminate':
    case 'child-kill':
    case 'api-kill':
    case 'api-terminate':
    case 'postgres-kill':
    case 'backend-kill':
      return between(rng, 0, 2_000);
  }
};

/** Kills without end. */
export function* planKills(seed: number, leaseMs: number): Generator<PlannedKill, never> {
  const rng = createRng(seed, 'kills');
  for (;;) {
    const kind = drawKind(rng);
    yield {
      kind,
      afterMs: between(rng, 200, 2_500),
      pick: rng.int(2 ** 31),
      forMs: durationMs(rng, kind, leaseMs),
      elsewhere: rng.next() < 0.2,
    };
  }
}
