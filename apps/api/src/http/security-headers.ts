/**
 * On every answer. The dashboard's pages bring their own policy, which is kept; what they lack is added. The API's
 * own answers are data: nothing in them may run, load or be framed.
 */
import type { FastifyReply } from 'fastify';

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** Only for a page that came without a policy of its own. */
const PAGE_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export function addSecurityHeaders(reply: FastifyReply): void {
  for (const [name, value] of Object.entries(ALWAYS)) if (!reply.hasHeader(name)) reply.header(name, value);
  if (reply.hasHeader('content-security-policy')) return;
  const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
  reply.header('content-security-policy', isPage ? PAGE_POLICY : DATA_POLICY);
}
