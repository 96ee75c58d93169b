/**
 * The process's configuration: read once, from the environment, into a frozen value. Durations end in Ms.
 */
import { isIP } from 'node:net';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const durationMs = (fallback: number) => z.coerce.number().int().min(10).max(86_400_000).default(fallback);

const schema = z
  .object({
    DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'a postgresql:// address'),
    PLUMAGE_HOST: z.string().min(1).default('127.0.0.1'),
    PLUMAGE_PORT: port.default(4600),
    PLUMAGE_DATA_DIR: z.string().min(1).default('.plumage'),
    PLUMAGE_DASHBOARD_URL: z.url({ protocol: /^http$/ }).optional(),
    PLUMAGE_SECRET: z.string().min(16, 'at least 16 characters').optional(),
    PLUMAGE_ALLOWED_HOSTS: z
      .string()
      .default('')
      .transform((list) =>
        list
          .split(',')
          .map((host) => host.trim().toLowerCase())
          .filter(Boolean),
      ),
    PLUMAGE_LEASE_MS: durationMs(45_000),
    PLUMAGE_HEARTBEAT_MS: durationMs(15_000),
    PLUMAGE_REAP_MS: durationMs(5_000),
    PLUMAGE_RETRY_BACKOFF_MS: durationMs(5_000),
    PLUMAGE_DRAIN_MS: z.coerce.number().int().min(0).max(600_000).default(0),
    PLUMAGE_MAX_BLOB_BYTES: z.coerce
      .number()
      .int()
      .min(1)
      .default(8 * 1024 ** 3),
    PLUMAGE_KEEP_CHECKPOINTS: z.coerce.number().int().min(1).max(1_000_000).default(3),
    PLUMAGE_COLLECT_MS: durationMs(600_000),
    PLUMAGE_BLOB_GRACE_MS: durationMs(3_600_000),
    PLUMAGE_INTROSPECTION: z.enum(['signed-in', 'everyone', 'nobody']).default('signed-in'),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .refine((value) => isLoopback(value.PLUMAGE_HOST) || value.PLUMAGE_SECRET !== undefined, {
    path: ['PLUMAGE_HOST'],
    error:
      'an address that other machines can reach needs PLUMAGE_SECRET (at least 16 characters) beside it; without one only 127.0.0.1 or ::1 may be bound',
  });

export type Env = Readonly<z.output<typeof schema>>;

/** The configuration is wrong; the message has one line a variable. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
  readonly code = 'BAD_ENVIRONMENT';
}

/** @throws EnvError naming each variable that is wrong. Values are not repeated: some are secrets. */
export function readEnv(environment: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return Object.freeze(result.data);
  const lines = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new EnvError(`The configuration is wrong.\n${lines.join('\n')}`);
}

/** localhost, 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
