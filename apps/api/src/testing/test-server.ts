/**
 * A whole server on a port of its own and a database of its own, with one user a role and an agent key, spoken to
 * over real HTTP. What it checks is what a caller would see.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createTestDatabase } from '../../../../tools/testing/test-database.ts';
import { bootstrap, type Bootstrap } from '../access/bootstrap.service.ts';
import { hashSecret, newSecret, visiblePrefix } from '../access/secret.ts';
import { createDatabase, type Database } from '../database.ts';
import { readEnv } from '../env.ts';
import type { Role } from '../generated/prisma/enums.ts';
import { newId } from '../id.ts';
import { type Server, startServer } from '../server.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The body as JSON. */
  json<T = GraphqlAnswer>(): T;
}

export interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { message: string; extensions: { code: string } & Record<string, unknown> }[];
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface TestServer {
  readonly server: Server;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly dataDir: string;
  readonly first: Bootstrap;
  /** One key a role, and one of an agent. */
  readonly keys: Readonly<Record<Role | 'AGENT', string>>;
  /** What the server logged, a line an entry. */
  readonly logged: readonly string[];
  /** One HTTP request, the path sent exactly as it is written. */
  ask(path: string, options?: Ask): Promise<Answer>;
  graphql(
    query: string,
    options?: { key?: string; variables?: object; headers?: Record<string, string> },
  ): Promise<Answer>;
  close(): Promise<void>;
}

export async function startTestServer(environment: Record<string, string> = {}): Promise<TestServer> {
  const testDatabase = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'plumage-api-'));
  const database = createDatabase(testDatabase.url, { maxConnections: 4 });
  const first = await bootstrap(database.prisma);
  const keys = await makeKeys(database, first);
  const logged: string[] = [];
  const env = readEnv({
    DATABASE_URL: testDatabase.url,
    PLUMAGE_PORT: '0',
    PLUMAGE_DATA_DIR: dataDir,
    ...environment,
  });
  const server = await startServer(
    env,
    pino({ level: 'debug' }, { write: (line) => void logged.push(line) }),
  );
  const ask = (path: string, options: Ask = {}) => send(server.port, path, options);
  return {
    ...{ server, database, databaseUrl: testDatabase.url, dataDir, first, keys, logged, ask },
    graphql: (query, { key, variables, headers } = {}) =>
      ask('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key ? bearer(key) : {}), ...headers },
        body: JSON.stringify({ query, variables }),
      }),
    close: async () => {
      await server.stop();
      await database.close();
      await testDatabase.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export function bearer(key: string): { authorization: string } {
  return { authorization: `Bearer ${key}` };
}

async function makeKeys(database: Database, first: Bootstrap): Promise<TestServer['keys']> {
  const make = async (role: Role) => {
    const secret = newSecret('user');
    const user = await database.prisma.user.create({ data: { id: newId(), name: role.toLowerCase(), role } });
    await database.prisma.apiKey.create({
      data: {
        ...{ id: newId(), kind: 'USER', name: `key of ${role}`, role, userId: user.id },
        ...{ prefix: visiblePrefix(secret), hash: hashSecret(secret) },
      },
    });
    return secret;
  };
  return {
    VIEWER: await make('VIEWER'),
    EDITOR: await make('EDITOR'),
    ADMIN: first.userKey,
    AGENT: first.agentKey,
  };
}

/** node:http, since fetch would tidy the path and refuse to set Host. */
function send(port: number, path: string, { method = 'GET', headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('latin1');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: text,
            json: <T>() => JSON.parse(Buffer.from(text, 'latin1').toString()) as T,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
