/**
 * What can go wrong between a folder and a running, migrated database, each with a stable code and a sentence
 * that a person can act on. `npm start` prints the message alone and exits with 1.
 */

type DatabaseErrorCode =
  | 'DATABASE_FOLDER_BROKEN'
  | 'DATABASE_FOLDER_IN_USE'
  | 'DATABASE_FOLDER_UNREADABLE'
  | 'DATABASE_PORT_TAKEN'
  | 'DATABASE_DISK_FULL'
  | 'DATABASE_PLATFORM_UNSUPPORTED'
  | 'DATABASE_START_FAILED'
  | 'MIGRATION_FAILED'
  | 'MIGRATIONS_DRIFTED';

/** Thrown by everything in tools/database; `code` is stable, `message` is for people. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    readonly code: DatabaseErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Maps the last lines of initdb's or postgres's log to the error that they mean. */
export function errorFromLog(log: string, dataDir: string, port: number | null): DatabaseError {
  const tail = log.trim().split('\n').slice(-8).join('\n');
  if (/no space left on device|disk quota exceeded/i.test(log)) {
    return new DatabaseError(
      'DATABASE_DISK_FULL',
      `The disk that holds ${dataDir} is full, so Postgres cannot start. Free some space, or choose another folder.\n${tail}`,
    );
  }
  if (/could not bind|address already in use/i.test(log)) {
    return new DatabaseError(
      'DATABASE_PORT_TAKEN',
      `Port ${port ?? 'unknown'} is taken by another program, so Postgres cannot listen on it. Choose another port.`,
    );
  }
  if (/permission denied/i.test(log)) {
    return new DatabaseError(
      'DATABASE_FOLDER_UNREADABLE',
      `Postgres may not read or write ${dataDir}. Check its owner and mode (0700).\n${tail}`,
    );
  }
  return new DatabaseError(
    'DATABASE_FOLDER_BROKEN',
    `Postgres refuses the data folder ${dataDir}. Restore it from a backup, or move it away to start afresh.\n${tail}`,
  );
}
