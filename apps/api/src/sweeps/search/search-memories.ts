/** The searches that this process remembers, for each database: those asked last, as long as they hold little enough. */
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { SearchMemory } from './search-memory.ts';

/** Runs over all sweeps: about half a kilobyte each. The search that was asked last is kept whatever it holds. */
const MOST_RUNS = 200_000;

export class SearchMemories {
  /** In the order in which they were asked, the last one last. */
  private readonly bySweep = new Map<string, { readonly version: number; readonly memory: SearchMemory }>();

  constructor(private readonly mostRuns = MOST_RUNS) {}

  get(sweepId: string, version: number): SearchMemory | undefined {
    const found = this.bySweep.get(sweepId);
    return found?.version === version ? found.memory : undefined;
  }

  keep(sweepId: string, version: number, memory: SearchMemory): void {
    this.bySweep.delete(sweepId);
    this.bySweep.set(sweepId, { version, memory });
    let held = 0;
    for (const each of this.bySweep.values()) held += each.memory.size;
    for (const [id, { memory: oldest }] of this.bySweep) {
      if (held <= this.mostRuns || id === sweepId) return;
      this.bySweep.delete(id);
      held -= oldest.size;
    }
  }

  forget(sweepId: string): void {
    this.bySweep.delete(sweepId);
  }
}

const byDatabase = new WeakMap<PrismaClient, SearchMemories>();

export function memoriesOf(database: PrismaClient): SearchMemories {
  const known = byDatabase.get(database) ?? new SearchMemories();
  byDatabase.set(database, known);
  return known;
}
