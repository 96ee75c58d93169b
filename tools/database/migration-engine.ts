/**
 * Prisma's own schema engine, as WebAssembly over pg. The native engine is a download, and `prisma migrate deploy`
 * without it prints success and applies nothing; this one fills the same _prisma_migrations table, so Prisma's
 * commands see these migrations as their own.
 *
 * Three faults of adapter-pg 7.10 are mended here: with a connection string its "shadow" database is the real one;
 * it refuses the type "char" (OID 18) that the engine reads from the catalogue; and it splits a script at every
 * semicolon, which cuts function bodies and runs the halves on different connections.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

const CHAR_OID = 18;
const TEXT_OID = 25;

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/** Opens the engine on one database, runs `work`, and closes every connection. */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  datamodel: string | null,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const module = await loadEngine();
  const factory = new MigrationAdapterFactory(databaseUrl);
  const engine = (await module.SchemaEngine.new(
    { datamodels: datamodel === null ? undefined : [['schema.prisma', datamodel]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory) as never,
  )) as SchemaEngine;
  try {
    return await work(engine);
  } finally {
    engine.free();
    await factory.close();
  }
}

/** The part of WebAssembly that is used here; its types come with the DOM library, which servers do not load. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  WebAssembly: {
    instantiate(
      bytes: Uint8Array,
      imports: object,
    ): Promise<{ instance: { exports: Record<string, unknown> } }>;
  };
};

interface EngineModule {
  SchemaEngine: { new: (...args: unknown[]) => Promise<unknown> };
  __wbg_set_wasm(exports: Record<string, unknown>): void;
}

/** A panic of the engine is thrown as "unreachable"; its message comes through this global, named by the engine. */
const panics = globalThis as { PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void } };
panics.PRISMA_WASM_PANIC_REGISTRY ??= {
  set_message: (message) => console.error(`Schema engine: ${message}`),
};

let loaded: Promise<EngineModule> | null = null;

function loadEngine(): Promise<EngineModule> {
  loaded ??= (async () => {
    const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
    const module = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as EngineModule;
    const bytes = await readFile(join(folder, 'schema_engine_bg.wasm'));
    const { instance } = await webAssembly.instantiate(bytes, { './schema_engine_bg.js': module });
    module.__wbg_set_wasm(instance.exports);
    (instance.exports['__wbindgen_start'] as () => void)();
    return module;
  })();
  return loaded;
}

class MigrationAdapterFactory extends PrismaPg {
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(private readonly url: string) {
    super({ connectionString: url });
  }

  override connect(): Promise<Adapter> {
    return this.open(this.url);
  }

  override async connectToShadowDb(): Promise<Adapter> {
    const name = `shadow_${randomUUID().replaceAll('-', '')}`;
    await runOnce(this.url, `create database "${name}"`);
    const shadowUrl = new URL(this.url);
    shadowUrl.pathname = `/${name}`;
    const adapter = await this.open(shadowUrl.href);
    this.closers.push(() => runOnce(this.url, `drop database if exists "${name}" with (force)`));
    return adapter;
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
  }

  private async open(url: string): Promise<Adapter> {
    const pool = new pg.Pool({ connectionString: url, max: 4 });
    pool.on('error', () => undefined); // A dropped shadow database ends its idle connections.
    this.closers.push(() => pool.end());
    const adapter = await new PrismaPg(pool).connect();
    readCharColumns(pool, adapter);
    adapter.executeScript = async (script) => {
      await pool.query(script);
    };
    return adapter;
  }
}

/** Lets columns of the type "char" through: as text past the adapter's own table, as characters to the engine. */
function readCharColumns(pool: pg.Pool, adapter: Adapter): void {
  const charColumns = new WeakMap<object, number[]>();
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>;
  const patchedQuery = async (...args: unknown[]) => {
    const result = await query(...args);
    const found: number[] = [];
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== CHAR_OID) continue;
      field.dataTypeID = TEXT_OID;
      found.push(index);
    }
    if (found.length > 0) charColumns.set(result.rows, found);
    return result;
  };
  pool.query = patchedQuery as typeof pool.query;
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (statement) => {
    const result = await queryRaw(statement);
    for (const index of charColumns.get(result.rows) ?? [])
      result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

async function runOnce(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
