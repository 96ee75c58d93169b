/**
 * API keys: made once, shown once, kept as a hash. A user key never holds more than its maker's role.
 */
import { BadInputError, ForbiddenError, NotFoundError } from '../errors/api.error.ts';
import type { ApiKey, PrismaClient } from '../generated/prisma/client.ts';
import { isId, newId } from '../id.ts';
import { isAllowed } from './allow.ts';
import type { UserActor } from './actor.type.ts';
import type { CreateApiKeyInput } from './api-key.input.ts';
import { recentKeysOf } from './recent-keys.ts';
import { hashSecret, newSecret, visiblePrefix } from './secret.ts';

const DAY_MS = 86_400_000;

/** Admins see every key; others see their own. Newest first. */
export function listApiKeys(database: PrismaClient, actor: UserActor): Promise<ApiKey[]> {
  return database.apiKey.findMany({
    ...(actor.role === 'ADMIN' ? {} : { where: { userId: actor.id } }),
    orderBy: { id: 'desc' },
  });
}

/**
 * @returns the row and, this once, the secret.
 * @throws BadInputError | ForbiddenError
 */
export async function createApiKey(
  database: PrismaClient,
  actor: UserActor,
  input: CreateApiKeyInput,
): Promise<{ key: ApiKey; secret: string }> {
  const name = input.name.trim();
  if (name.length < 1 || name.length > 100)
    throw new BadInputError('input.name', input.name, '1 to 100 characters');
  const days = input.expiresInDays ?? null;
  if (days !== null && (days < 1 || days > 3650))
    throw new BadInputError('input.expiresInDays', days, '1 to 3650');
  if (input.kind === 'AGENT' && input.role) {
    throw new BadInputError('input.role', input.role, 'left out: agent keys have no role');
  }
  const role = input.kind === 'AGENT' ? null : (input.role ?? 'VIEWER');
  if (role !== null && !isAllowed(actor, [role])) {
    throw new ForbiddenError(
      `The role ${actor.role.toLowerCase()} may not make a key with the role ${role.toLowerCase()}.`,
    );
  }
  const secret = newSecret(input.kind === 'AGENT' ? 'agent' : 'user');
  const key = await database.apiKey.create({
    data: {
      id: newId(),
      kind: input.kind,
      name,
      prefix: visiblePrefix(secret),
      hash: hashSecret(secret),
      role,
      userId: actor.id,
      expiresAt: days === null ? null : new Date(Date.now() + days * DAY_MS),
    },
  });
  return { key, secret };
}

/** Works at once here, for agent keys within a second elsewhere, and for good; revoking twice keeps the first time. Admins revoke any key, others their own. */
export async function revokeApiKey(database: PrismaClient, actor: UserActor, id: string): Promise<ApiKey> {
  const found = isId(id) ? await database.apiKey.findUnique({ where: { id } }) : null;
  if (!found || (actor.role !== 'ADMIN' && found.userId !== actor.id)) throw new NotFoundError('key', id);
  if (found.revokedAt) return found;
  const revoked = await database.apiKey.update({ where: { id }, data: { revokedAt: new Date() } });
  recentKeysOf(database).forget(revoked.hash);
  return revoked;
}
