/**
 * What Prometheus reads at /metrics, one registry a server. Names follow Prometheus' rules: base units, _total on
 * counters. Labels come from fixed sets only (routes, operation types, codes), never from what a caller wrote.
 */
import type pg from 'pg';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface Metrics {
  readonly registry: Registry;
  readonly httpRequests: Counter<'method' | 'route' | 'status'>;
  readonly graphqlSeconds: Histogram<'type' | 'field'>;
  readonly graphqlErrors: Counter<'code'>;
  readonly leasesGranted: Counter;
  readonly blobBytes: Counter<'direction'>;
}

export function createMetrics(sources: { pool: pg.Pool; subscriptions: () => number }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: 'plumage_database_connections',
    help: 'Connections of the pool by state.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'idle' }, sources.pool.idleCount);
      this.set({ state: 'busy' }, sources.pool.totalCount - sources.pool.idleCount);
      this.set({ state: 'waiting' }, sources.pool.waitingCount);
    },
  });
  new Gauge({
    name: 'plumage_subscriptions',
    help: 'Open subscriptions.',
    registers,
    collect() {
      this.set(sources.subscriptions());
    },
  });
  return {
    registry,
    ...counters(registers),
    graphqlSeconds: new Histogram({
      name: 'plumage_graphql_operation_seconds',
      help: 'Time to answer a GraphQL operation, by its type and first root field.',
      labelNames: ['type', 'field'],
      buckets: SECONDS,
      registers,
    }),
  };
}

function counters(registers: Registry[]) {
  return {
    httpRequests: new Counter({
      name: 'plumage_http_requests_total',
      help: 'Answered HTTP requests.',
      labelNames: ['method', 'route', 'status'] as const,
      registers,
    }),
    graphqlErrors: new Counter({
      name: 'plumage_graphql_errors_total',
      help: 'GraphQL errors by extensions.code.',
      labelNames: ['code'] as const,
      registers,
    }),
    leasesGranted: new Counter({
      name: 'plumage_leases_granted_total',
      help: 'Leases granted to agents.',
      registers,
    }),
    blobBytes: new Counter({
      name: 'plumage_blob_bytes_total',
      help: 'Bytes of blobs taken in and given out.',
      labelNames: ['direction'] as const,
      registers,
    }),
  };
}
