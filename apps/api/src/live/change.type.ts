/** What the outbox holds: enough to know which pages care, not the thing itself, which is read when delivered. */
import type { ChangeKind } from '../generated/prisma/enums.ts';

/** A change as a service publishes it. */
export interface NewChange {
  readonly kind: ChangeKind;
  readonly sweepId?: string | null;
  readonly runId?: string | null;
  readonly agentId?: string | null;
  /** METRICS: { fromStep, toStep }. SAMPLE: { sampleId }. AGENT: { intent: true } when a person wants something else of it. */
  readonly detail?: Readonly<Record<string, unknown>> | null;
}

/** A change as a subscriber gets it. */
export interface LiveChange {
  /** Opaque; give it back as `after` to go on from here. */
  readonly cursor: string;
  readonly kind: ChangeKind;
  readonly sweepId: string | null;
  readonly runId: string | null;
  readonly agentId: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}
