/**
 * Signing in and out. A one-time link's token or a user key is exchanged for a session, whose token lives in an
 * HttpOnly cookie; the database holds hashes only. A session slides: two weeks after its last use it ends, ninety
 * days after its start in any case.
 */
import { UnauthenticatedError } from '../errors/api.error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { type Actor, ANONYMOUS } from './actor.type.ts';
import { lowerRole } from './role.rule.ts';
import { hashSecret, hashSession, kindOfSecret, newSecret } from './secret.ts';

const DAY_MS = 86_400_000;
const IDLE_MS = 14 * DAY_MS;
const LIFE_MS = 90 * DAY_MS;
/** A session's last use is written at most this often. */
const TOUCH_MS = 3_600_000;

export interface SessionOptions {
  readonly database: PrismaClient;
  readonly serverSecret: string | undefined;
  readonly now: () => Date;
}

/**
 * @param token a link's token (works once) or a user key.
 * @returns the session's own token, for the cookie, and for how long the browser should keep it.
 * @throws UnauthenticatedError, with one sentence for every reason: which of them it was is nobody's business.
 */
export async function signIn(
  token: string,
  options: SessionOptions,
): Promise<{ session: string; maxAgeMs: number }> {
  const owner =
    kindOfSecret(token) === 'link' ? await redeemLink(token, options) : await ownerOfKey(token, options);
  if (owner === null) {
    throw new UnauthenticatedError(
      'This link or key does not work: it is unknown, used, expired or revoked.',
    );
  }
  const session = newSecret('session');
  const at = options.now();
  await options.database.session.create({
    data: {
      id: newId(),
      ...owner,
      hash: hashSession(session, options.serverSecret),
      createdAt: at,
      lastUsedAt: at,
      expiresAt: new Date(at.getTime() + IDLE_MS),
    },
  });
  await options.database.session.deleteMany({ where: { expiresAt: { lt: at } } });
  return { session, maxAgeMs: LIFE_MS };
}

/** Ends the session of this cookie; one that does not exist is ended already. */
export async function signOut(cookie: string, options: SessionOptions): Promise<void> {
  await options.database.session.deleteMany({ where: { hash: hashSession(cookie, options.serverSecret) } });
}

/** The user of a session's cookie, or anonymous. Moves its end forward, at most once an hour. */
export async function resumeSession(cookie: string, options: SessionOptions): Promise<Actor> {
  if (kindOfSecret(cookie) !== 'session') return ANONYMOUS;
  const at = options.now();
  const hash = hashSession(cookie, options.serverSecret);
  const found = await options.database.session.findUnique({
    where: { hash },
    include: { user: true, key: true },
  });
  if (!found || found.expiresAt <= at) return ANONYMOUS;
  if (found.key?.revokedAt || (found.key?.expiresAt && found.key.expiresAt <= at)) return ANONYMOUS;
  if (at.getTime() - found.lastUsedAt.getTime() > TOUCH_MS) {
    const end = Math.min(at.getTime() + IDLE_MS, found.createdAt.getTime() + LIFE_MS);
    await options.database.session.updateMany({
      where: { id: found.id },
      data: { lastUsedAt: at, expiresAt: new Date(end) },
    });
  }
  const { id, name, role } = found.user;
  return { kind: 'user', id, name, role: lowerRole(role, found.key?.role ?? role) };
}

interface Owner {
  readonly userId: string;
  readonly keyId: string | null;
}

async function redeemLink(token: string, { database, now }: SessionOptions): Promise<Owner | null> {
  const at = now();
  const hash = hashSecret(token);
  const { count } = await database.signInToken.updateMany({
    where: { hash, usedAt: null, expiresAt: { gt: at } },
    data: { usedAt: at },
  });
  if (count === 0) return null;
  const { userId } = await database.signInToken.findUniqueOrThrow({ where: { hash } });
  return { userId, keyId: null };
}

async function ownerOfKey(token: string, { database, now }: SessionOptions): Promise<Owner | null> {
  if (kindOfSecret(token) !== 'user') return null;
  const key = await database.apiKey.findUnique({ where: { hash: hashSecret(token) } });
  if (!key?.userId || key.kind !== 'USER' || key.revokedAt || (key.expiresAt && key.expiresAt <= now()))
    return null;
  return { userId: key.userId, keyId: key.id };
}
