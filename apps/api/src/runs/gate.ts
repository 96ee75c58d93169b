/**
 * Lets so many in at a time, the rest in the order in which they came. Hundreds of claimers of one process that all
 * try at once would mostly find each other's locks and queue for connections; eight keep Postgres busy.
 */
export class Gate {
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(width: number) {
    this.free = width;
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
