/** The stream route over HTTP, on a small graph of its own, so that it stands without the nouns. */
import Fastify, { type FastifyInstance } from 'fastify';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.ts';
import type { Actor } from '../access/actor.type.ts';
import { createDatabase, type Database } from '../database.ts';
import { ForbiddenError } from '../errors/api.error.ts';
import { installErrorHandler } from '../http/error-handler.ts';
import type { RequestContext } from '../schema/request-context.type.ts';
import { publish } from './change.sql.ts';
import { LiveFeed } from './live-feed.ts';
import { streamRoutes } from './stream.routes.ts';

const log = pino({ level: 'silent' });
let testDatabase: TestDatabase;
let database: Database;
let live: LiveFeed;
let app: FastifyInstance;
let url = '';
let actor: Actor = { kind: 'user', id: 'u', name: 'u', role: 'VIEWER' };

const schema = buildSchema(
  'type Query { x: Int } type Subscription { samples(after: String): String denied: Int }',
);
const fields = (schema.getSubscriptionType() as GraphQLObjectType<unknown, RequestContext>).getFields();
Object.assign(fields['samples'] ?? {}, {
  subscribe: (_: unknown, { after }: { after?: string }, context: RequestContext) =>
    context.live.subscribe({ kinds: ['SAMPLE'], after }),
  resolve: (change: { cursor: string }) => change.cursor,
});
Object.assign(fields['denied'] ?? {}, {
  subscribe: () => {
    throw new ForbiddenError('No.');
  },
});

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = createDatabase(testDatabase.url);
  live = new LiveFeed(database.pool, testDatabase.url, log);
  await live.start();
  app = Fastify();
  installErrorHandler(app);
  await app.register(streamRoutes, {
    schema,
    env: { PLUMAGE_INTROSPECTION: 'signed-in' } as never,
    recheckMs: 100,
    authenticate: async () => actor,
    authenticateAfresh: async () => actor,
    contextFor: async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return { actor, live, log, requestId: request.id, signal: gone.signal } as unknown as RequestContext;
    },
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await live.close();
  await app.close();
  await database.close();
  await testDatabase.drop();
});

interface Stream {
  readonly text: () => string;
  readonly ended: Promise<void>;
  close(): void;
}

async function open(query: string): Promise<Stream> {
  const controller = new AbortController();
  const response = await fetch(`${url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    signal: controller.signal,
  });
  let text = '';
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array);
  })().catch(() => undefined);
  return { text: () => text, ended, close: () => controller.abort() };
}

const until = (check: () => void) =>
  expect.poll(() => (check(), true), { timeout: 5_000, interval: 5 }).toBe(true);
const add = () => database.prisma.$transaction((tx) => publish(tx, { kind: 'SAMPLE' }));

describe('/graphql/stream', () => {
  it('sends changes as they come, and lets a reader that hangs up go without waiting for the next', async () => {
    const stream = await open('subscription { samples }');
    await until(() => expect(live.size).toBe(1));
    await add();
    await until(() => expect(stream.text()).toContain('"data":{"samples"'));
    stream.close();
    await until(() => expect(live.size).toBe(0));
  });

  it('readers that have gone take nobody a place, however many came before', async () => {
    for (let reader = 0; reader < 110; reader += 1) {
      const stream = await open('subscription { samples }');
      await until(() => expect(live.size).toBe(1));
      stream.close();
      await until(() => expect(live.size).toBe(0));
    }
    const last = await open('subscription { samples }');
    await until(() => expect(live.size).toBe(1));
    last.close();
  });

  it('an expired cursor comes as a typed error, then the stream ends', async () => {
    const after = Buffer.from('1.1.1').toString('base64url');
    const stream = await open(`subscription { samples(after: "${after}") }`);
    await stream.ended;
    expect(stream.text()).toContain('"code":"CURSOR_EXPIRED"');
    expect(stream.text()).toContain('event: complete');
  });

  it('refusals, wrong documents and anything but a subscription come as typed errors', async () => {
    for (const [query, code] of [
      ['subscription { denied }', 'FORBIDDEN'],
      ['subscription { nothing }', 'BAD_INPUT'],
      ['{ x }', 'BAD_INPUT'],
      ['subscription {', 'BAD_INPUT'],
      [
        `subscription { ${Array.from({ length: 60 }, (_, n) => `a${n}: samples`).join(' ')} }`,
        'BAD_INPUT|TOO_COSTLY',
      ],
    ] as const) {
      const stream = await open(query);
      await stream.ended;
      expect(stream.text(), query).toMatch(new RegExp(`"code":"(${code})"`));
    }
  });

  it('a stream ends when its holder may no longer have it', async () => {
    const stream = await open('subscription { samples }');
    await until(() => expect(live.size).toBe(1));
    actor = { kind: 'anonymous' };
    await stream.ended;
    await until(() => expect(live.size).toBe(0));
    actor = { kind: 'user', id: 'u', name: 'u', role: 'VIEWER' };
  });
});
