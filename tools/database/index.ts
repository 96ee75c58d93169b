export { DatabaseError } from './database.error.ts';
export { startEmbeddedPostgres } from './embedded-postgres.ts';
export { checkMigrations, migrate, newMigration } from './migrations.ts';
