/**
 * Who makes a request. Users come by a session cookie or a user key and carry a role; agents come by an agent key
 * and may lease, report and read datasets, nothing else; a program that is a run comes by the token of its lease and
 * may report for that run alone.
 */
import type { Role } from '../generated/prisma/enums.ts';

export interface AnonymousActor {
  readonly kind: 'anonymous';
}

export interface UserActor {
  readonly kind: 'user';
  readonly id: string;
  readonly name: string;
  /** The lower of the user's own role and the key's. */
  readonly role: Role;
}

export interface AgentActor {
  readonly kind: 'agent';
  readonly keyId: string;
  readonly keyName: string;
}

/** A program under the lease that it was started with, while that is held. */
export interface RunActor {
  readonly kind: 'run';
  readonly runId: string;
  readonly epoch: number;
  readonly tokenHash: string;
}

export type Actor = AnonymousActor | UserActor | AgentActor | RunActor;

export const ANONYMOUS: AnonymousActor = Object.freeze({ kind: 'anonymous' });
