/**
 * The API's process. Says "listening" once on its log and to a parent with an IPC channel; ends in order on SIGTERM
 * or SIGINT, at once on the second.
 */
import 'reflect-metadata';
import { EnvError, readEnv } from './env.ts';
import { isDatabaseGone } from './errors/database-gone.rule.ts';
import { createLog } from './log.ts';

/** After the draining. */
const STOP_LIMIT_MS = 20_000;

async function main(): Promise<void> {
  const env = readEnv(process.env);
  const log = createLog(env.LOG_LEVEL);
  const { startServer } = await import('./server.ts'); // After reflect-metadata, which TypeGraphQL needs.
  const server = await startServer(env, log);
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) process.exit(1);
    log.info({ signal }, 'stopping');
    // Also keeps the process alive until the order is done.
    setTimeout(() => {
      log.error('did not stop in time');
      process.exit(1);
    }, env.PLUMAGE_DRAIN_MS + STOP_LIMIT_MS);
    void server.stop().then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ err: error }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // Last: whoever hears it may send a signal at once.
  log.info({ url: server.url, port: server.port }, 'listening');
  process.send?.({ type: 'listening', port: server.port });
}

main().catch((error: unknown) => {
  process.stderr.write(`${sentence(error)}\n`);
  process.exit(1);
});

/** What went wrong, for the person who started this. */
function sentence(error: unknown): string {
  if (error instanceof EnvError) return error.message;
  const { code, port, address, message } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program. Choose another with PLUMAGE_PORT.`;
  if (code === 'EACCES' && port) return `Port ${port} may not be used by this user. Choose one above 1023.`;
  if (code === 'EADDRNOTAVAIL')
    return `This machine has no address ${address}: PLUMAGE_HOST must be one of its own.`;
  if (isDatabaseGone(error)) return `The database in DATABASE_URL does not answer (${message}).`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
