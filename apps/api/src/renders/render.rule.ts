/** What follows from an agent's last word on a render: a pure table, as settle.rule.ts is for runs. */
import { failurePolicies, type FailureClass, MAX_RENDER_TRIES, type RenderKind } from '@plumage/contract';
import type { SampleKind } from '../generated/prisma/client.ts';

export type RenderOutcome = 'FINISHED' | 'FAILED' | 'RELEASED';

export interface RenderFacts {
  readonly outcome: RenderOutcome;
  /** Present exactly when the outcome is FAILED. */
  readonly failureClass: FailureClass | null;
  /** How often it was given out, this time included. */
  readonly tries: number;
}

/**
 * A fault that may be the machine's is tried by another agent; one that lies in the request or the checkpoint is
 * told at once. A person chose the checkpoint, so none is put in the place of a damaged one.
 */
export function judgeRender(facts: RenderFacts): 'QUEUED' | 'FINISHED' | 'FAILED' {
  switch (facts.outcome) {
    case 'FINISHED':
      return 'FINISHED';
    case 'RELEASED':
      return 'QUEUED';
    case 'FAILED': {
      const again = failurePolicies[facts.failureClass ?? 'crashed'].retry === 'backoff';
      return again && facts.tries < MAX_RENDER_TRIES ? 'QUEUED' : 'FAILED';
    }
  }
}

/** How the pictures of a render are told from those of the training in a gallery. */
export function sampleKindOf(kind: RenderKind): SampleKind {
  return kind === 'CAPTIONS' ? 'RENDER' : kind;
}
