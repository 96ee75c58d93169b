/**
 * Who makes a request. Users come by a session cookie or a user key and carry a role; agents come by an agent key
 * and may lease, report and read datasets, nothing else.
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

export type Actor = AnonymousActor | UserActor | AgentActor;

export const ANONYMOUS: AnonymousActor = Object.freeze({ kind: 'anonymous' });
