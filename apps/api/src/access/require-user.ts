import { ForbiddenError, UnauthenticatedError } from '../errors/api.error.ts';
import type { Actor, UserActor } from './actor.type.ts';

/** The signed-in user behind a request. @throws UnauthenticatedError | ForbiddenError */
export function requireUser(actor: Actor): UserActor {
  if (actor.kind === 'user') return actor;
  if (actor.kind === 'anonymous') throw new UnauthenticatedError();
  throw new ForbiddenError(
    `${actor.kind === 'agent' ? 'An agent key' : "A run's token"} has no user behind it.`,
  );
}
