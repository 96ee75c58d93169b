/**
 * Relations are read in batches: all the sweeps that a page of runs asks for come in one statement. A loader is a
 * plain function from keys to rows in the same order; this keeps one DataLoader for each such function and request.
 */
import DataLoader from 'dataloader';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** Rows for `keys`, in their order; null where there is none. */
export type Batch<Key, Row> = (database: PrismaClient, keys: readonly Key[]) => Promise<readonly Row[]>;

export class Loaders {
  private readonly loaders = new Map<unknown, DataLoader<unknown, unknown>>();

  /** @param cache false for subscriptions, whose context outlives the rows. */
  constructor(
    private readonly database: PrismaClient,
    private readonly cache: boolean,
  ) {}

  load<Key, Row>(batch: Batch<Key, Row>, key: Key): Promise<Row> {
    let loader = this.loaders.get(batch) as DataLoader<Key, Row> | undefined;
    if (!loader) {
      loader = new DataLoader((keys: readonly Key[]) => batch(this.database, keys), { cache: this.cache });
      this.loaders.set(batch, loader as DataLoader<unknown, unknown>);
    }
    return loader.load(key);
  }
}
