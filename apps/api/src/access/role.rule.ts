import type { Role } from '../generated/prisma/enums.ts';

/** From least to most; each may do all that those before it may. */
export const ROLES_BY_RANK: readonly Role[] = ['VIEWER', 'EDITOR', 'ADMIN'];

/** The role with fewer rights: a key never lifts its user, nor the user its key. */
export function lowerRole(a: Role, b: Role): Role {
  return ROLES_BY_RANK.indexOf(a) < ROLES_BY_RANK.indexOf(b) ? a : b;
}
