import { v7, validate } from 'uuid';

/** A new UUIDv7: opaque to callers, sorted by the time it was made. */
export function newId(): string {
  return v7();
}

/** True for any UUID; anything else never reaches a statement (Postgres would refuse it as a fault, not as input). */
export function isId(text: string): boolean {
  return validate(text);
}
