/**
 * Which requests are let in at all. A page of some other site can make a visitor's browser send requests here; two
 * facts that a page cannot forge give it away: the Host header (a rebound name is still that name) and, on anything
 * that is not a plain read, the Origin header.
 */
import { isIP } from 'node:net';
import { type Env, isLoopback } from '../env.ts';
import { BadInputError, ForbiddenError } from '../errors/api.error.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface GuardedRequest {
  readonly method: string;
  /** As sent, query included. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** @throws BadInputError | ForbiddenError */
export function guardHost(
  request: GuardedRequest,
  env: Pick<Env, 'PLUMAGE_HOST' | 'PLUMAGE_ALLOWED_HOSTS'>,
): void {
  const { host } = request.headers;
  const name = hostnameOf(typeof host === 'string' ? host : '');
  if (name === null) throw new BadInputError('Host', String(host), 'a host name');
  if (!isAllowedHost(name, env)) {
    throw new ForbiddenError(
      `This server does not answer to the name ${name}; PLUMAGE_ALLOWED_HOSTS lists its names.`,
    );
  }
}

/** Refuses unsafe requests, and everything on `strict` paths, when another site's page sent them. */
export function guardOrigin(request: GuardedRequest, strict: boolean): void {
  if (SAFE_METHODS.has(request.method) && !strict) return;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const sameSite = site === undefined || site === 'same-origin' || site === 'none';
  if (sameSite && (origin === undefined || isSameOrigin(String(origin), String(host)))) return;
  throw new ForbiddenError('This request comes from a page of another origin.');
}

function isAllowedHost(name: string, env: Pick<Env, 'PLUMAGE_HOST' | 'PLUMAGE_ALLOWED_HOSTS'>): boolean {
  if (isLoopback(name) || env.PLUMAGE_ALLOWED_HOSTS.includes(name) || name === env.PLUMAGE_HOST.toLowerCase())
    return true;
  // An address cannot be rebound: only names can. Reachable by other machines, the server has several addresses.
  return !isLoopback(env.PLUMAGE_HOST) && isIP(name) !== 0;
}

function isSameOrigin(origin: string, host: string): boolean {
  const match = /^https?:\/\/([^/]+)$/.exec(origin);
  return match !== null && match[1]?.toLowerCase() === host.toLowerCase();
}

/** "localhost:4600" to "localhost", "[::1]:4600" to "::1"; null for what is no host. */
function hostnameOf(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]{1,253}))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}
