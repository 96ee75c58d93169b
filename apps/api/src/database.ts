/**
 * The database of one process: Prisma for services, and the pg pool under it for the hot statements (*.sql.ts),
 * which are plain SQL with typed parameters.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from './generated/prisma/client.ts';

/** Prisma's client, or the same inside `$transaction(async (tx) => ...)`. */
export type Transaction = Prisma.TransactionClient;

export interface Database {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  /** Ends every connection once its statement is done. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most. 16 keeps a 2-core Postgres busy without queueing inside it. */
  readonly maxConnections?: number;
  /** A transaction whose process stands still (stopped, cut off) for so long is ended by the database. */
  readonly idleTransactionMs?: number;
  /** Told of connections that break while idle; the pool replaces them by itself. */
  readonly onIdleError?: (error: Error) => void;
}

/** Opens no connection before the first statement. */
export function createDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 16,
    connectionTimeoutMillis: 10_000,
    // Otherwise the rows that it holds would be nobody's to renew, to reap or to claim until it wakes.
    idle_in_transaction_session_timeout: options.idleTransactionMs ?? 25_000,
    application_name: 'plumage-api',
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    // A burst of reports waits for a connection rather than failing after Prisma's usual two seconds.
    transactionOptions: { maxWait: 20_000, timeout: 20_000 },
  });
  return {
    prisma,
    pool,
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
