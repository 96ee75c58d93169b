/**
 * Calls that come while the same kind of work is under way wait and are then done together: a statement for 64 rows
 * costs little more than for one, in round trips, in planning and in the commit's wait for the disk. A lone call
 * starts at the end of its event-loop turn, so it pays nothing for this.
 */
import type { PrismaClient } from '../generated/prisma/client.ts';

export interface GatherOptions {
  /** Batches under way at one time. */
  readonly atOnce: number;
  /** Calls in a batch at most. */
  readonly most: number;
  /** For work that nobody is in a hurry for: a call waits so long for others to share its batch. */
  readonly lingerMs?: number;
}

/** One result a call, in the order of the calls. When it rejects, nothing was done: each call is then tried alone. */
export type GatheredWork<Item, Result> = (items: readonly Item[]) => Promise<readonly Result[]>;

interface Call<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export class Gather<Item, Result> {
  private waiting: Call<Item, Result>[] = [];
  private busy = 0;
  private soon = false;

  constructor(
    private readonly work: GatheredWork<Item, Result>,
    private readonly options: GatherOptions,
  ) {}

  ask(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.soon) return;
      this.soon = true;
      const begin = () => {
        this.soon = false;
        this.start();
      };
      if (this.options.lingerMs === undefined) setImmediate(begin);
      else setTimeout(begin, this.options.lingerMs);
    });
  }

  private start(): void {
    while (this.busy < this.options.atOnce && this.waiting.length > 0) {
      this.busy += 1;
      void this.run(this.waiting.splice(0, this.options.most)).finally(() => {
        this.busy -= 1;
        this.start();
      });
    }
  }

  private async run(calls: readonly Call<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(calls.map((call) => call.item));
      // One result a call, by the work's contract.
      calls.forEach((call, i) => call.resolve(results[i] as Result));
    } catch (error) {
      if (calls.length === 1) calls[0]?.reject(error);
      else for (const call of calls) await this.run([call]);
    }
  }
}

/** One gatherer for each database of this process. */
export function gatherFor<Item, Result>(
  options: GatherOptions,
  work: (database: PrismaClient, items: readonly Item[]) => Promise<readonly Result[]>,
): (database: PrismaClient) => Gather<Item, Result> {
  const known = new WeakMap<PrismaClient, Gather<Item, Result>>();
  return (database) => {
    const gather = known.get(database) ?? new Gather<Item, Result>((items) => work(database, items), options);
    known.set(database, gather);
    return gather;
  };
}
