/**
 * Who is asking. A bearer key names a script, an agent or a run's program; a cookie names a page's session. A key that
 * is wrong, expired or revoked is refused, never treated as anonymous; a cookie that has ended is simply no longer there.
 */
import { RateLimitedError, UnauthenticatedError } from '../errors/api.error.ts';
import type { ApiKey, PrismaClient } from '../generated/prisma/client.ts';
import type { FailureLimit } from '../limits/failure-limit.ts';
import { type Actor, ANONYMOUS } from './actor.type.ts';
import { recentKeysOf } from './recent-keys.ts';
import { lowerRole } from './role.rule.ts';
import { hashSecret, kindOfSecret } from './secret.ts';
import { resumeSession } from './session.service.ts';

const MINUTE_MS = 60_000;

export interface Credentials {
  /** The Authorization header as sent. */
  readonly authorization: string | undefined;
  /** The session cookie as sent. */
  readonly cookie: string | undefined;
  /** The address that failures are counted by. */
  readonly ip: string;
}

export interface AuthenticateOptions {
  readonly database: PrismaClient;
  readonly failures: FailureLimit;
  readonly serverSecret: string | undefined;
  readonly now: () => Date;
}

/** @throws UnauthenticatedError | RateLimitedError when a key was sent that does not work. */
export async function authenticate(credentials: Credentials, options: AuthenticateOptions): Promise<Actor> {
  if (credentials.authorization === undefined) {
    return credentials.cookie === undefined ? ANONYMOUS : await resumeSession(credentials.cookie, options);
  }
  const secret = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(credentials.authorization)?.[1] ?? '';
  const actor = await actorOfKey(secret, options);
  if (actor !== null) return actor;
  const retryAfterMs = await options.failures.add(credentials.ip);
  if (retryAfterMs > 0) throw new RateLimitedError(retryAfterMs);
  throw new UnauthenticatedError(
    kindOfSecret(secret) === 'run'
      ? 'This token belongs to no lease that is held: the run has ended or was taken over.'
      : 'This key is unknown, expired or revoked.',
  );
}

async function actorOfKey(secret: string, { database, now }: AuthenticateOptions): Promise<Actor | null> {
  switch (kindOfSecret(secret)) {
    case 'run':
      return await actorOfLease(database, hashSecret(secret));
    case 'agent':
      return await actorOfAgentKey(database, hashSecret(secret), now());
    case 'user':
      return await actorOfUserKey(database, hashSecret(secret), now());
    default:
      return null;
  }
}

async function actorOfAgentKey(database: PrismaClient, hash: string, at: Date): Promise<Actor | null> {
  const key = await recentKeysOf(database).find(hash);
  if (key?.kind !== 'AGENT' || !isInForce(key, at)) return null;
  if (await touch(database, key, at)) recentKeysOf(database).forget(hash);
  return { kind: 'agent', keyId: key.id, keyName: key.name };
}

async function actorOfUserKey(database: PrismaClient, hash: string, at: Date): Promise<Actor | null> {
  const key = await database.apiKey.findUnique({ where: { hash }, include: { user: true } });
  if (!key?.user || !key.role || !isInForce(key, at)) return null;
  await touch(database, key, at);
  return { kind: 'user', id: key.user.id, name: key.user.name, role: lowerRole(key.user.role, key.role) };
}

const isInForce = (key: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, at: Date): boolean =>
  key.revokedAt === null && (key.expiresAt === null || key.expiresAt > at);

/** A key's last use is written at most once a minute. @returns whether it was. */
async function touch(
  database: PrismaClient,
  key: Pick<ApiKey, 'id' | 'lastUsedAt'>,
  at: Date,
): Promise<boolean> {
  if (key.lastUsedAt && at.getTime() - key.lastUsedAt.getTime() <= MINUTE_MS) return false;
  await database.apiKey.updateMany({ where: { id: key.id }, data: { lastUsedAt: at } });
  return true;
}

/** As long as a lease is held its run is RUNNING; those are few, and an index finds them. */
async function actorOfLease(database: PrismaClient, tokenHash: string): Promise<Actor | null> {
  const run = await database.run.findFirst({
    where: { state: 'RUNNING', leaseTokenHash: tokenHash },
    select: { id: true, leaseEpoch: true },
  });
  return run && { kind: 'run', runId: run.id, epoch: run.leaseEpoch, tokenHash };
}
