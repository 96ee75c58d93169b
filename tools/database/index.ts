export { DatabaseError, type DatabaseErrorCode } from './database.error.ts';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.ts';
export { checkMigrations, migrate, newMigration } from './migrations.ts';
