import { type Logger, pino } from 'pino';

/** One JSON object a line on stdout. What could be a secret is cut out wherever it may stand. */
export function createLog(level: string): Logger {
  const secrets = ['authorization', 'cookie', 'token', 'secret', 'password', 'hash'];
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[cut]' },
  });
}
