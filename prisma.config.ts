import { defineConfig } from 'prisma/config';

/** For Prisma's own commands (`prisma studio`, `prisma migrate deploy` where its engine is installed). */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? '' },
});
