/**
 * Secrets that the server gives out: 32 random bytes with a prefix that says what they are (and that secret scanners
 * find). Only a hash is kept; 256 random bits need no salt and no slow hash.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';

const PREFIXES = {
  user: 'plu_user_',
  agent: 'plu_agent_',
  run: 'plu_run_',
  link: 'plu_link_',
  session: 'plu_session_',
} as const;

export type SecretKind = keyof typeof PREFIXES;

/** For example plu_agent_ and 43 characters of base64url. */
export function newSecret(kind: SecretKind): string {
  return PREFIXES[kind] + randomBytes(32).toString('base64url');
}

/** The kind that a well-formed secret claims to be, or null. */
export function kindOfSecret(secret: string): SecretKind | null {
  const kinds = Object.keys(PREFIXES) as SecretKind[];
  const kind = kinds.find((candidate) => secret.startsWith(PREFIXES[candidate]));
  return kind && /^[A-Za-z0-9_-]{43}$/.test(secret.slice(PREFIXES[kind].length)) ? kind : null;
}

/** What the database keeps: sha256 in lower-case hex. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Sessions are bound to the server's own secret as well: changing PLUMAGE_SECRET signs everybody out. */
export function hashSession(token: string, serverSecret: string | undefined): string {
  return serverSecret === undefined
    ? hashSecret(token)
    : createHmac('sha256', serverSecret).update(token).digest('hex');
}

/** The characters of a key that lists show. */
export function visiblePrefix(secret: string): string {
  const kind = kindOfSecret(secret);
  return secret.slice(0, kind === null ? 4 : PREFIXES[kind].length + 6);
}
