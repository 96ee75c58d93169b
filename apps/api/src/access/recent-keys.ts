/**
 * Agents' keys as they were within the last second. An idle fleet asks some twenty times a second, nearly always
 * with the same key: one lookup a second serves it. Revoking in this process counts at once, in another within the
 * second; expiry is checked at each use; keys that do not work are never remembered. People's keys and sessions,
 * which carry rights, are always looked up.
 */
import type { ApiKey, PrismaClient } from '../generated/prisma/client.ts';

const KEPT_MS = 1_000;
const MOST = 10_000;

export type RecentKey = Pick<ApiKey, 'id' | 'name' | 'kind' | 'expiresAt' | 'revokedAt' | 'lastUsedAt'>;

interface Kept {
  readonly key: Promise<RecentKey | null>;
  readonly atMs: number;
}

export class RecentKeys {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly database: PrismaClient,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** The key of this hash, if there is one; those who ask at the same moment share the answer. */
  find(hash: string): Promise<RecentKey | null> {
    const known = this.kept.get(hash);
    if (known !== undefined && this.nowMs() - known.atMs < KEPT_MS) return known.key;
    const key = this.lookUp(hash);
    this.kept.delete(hash); // So that the first of the map is the oldest.
    this.kept.set(hash, { key, atMs: this.nowMs() });
    const oldest = this.kept.keys().next().value;
    if (this.kept.size > MOST && oldest !== undefined) this.kept.delete(oldest);
    return key;
  }

  forget(hash: string): void {
    this.kept.delete(hash);
  }

  private async lookUp(hash: string): Promise<RecentKey | null> {
    try {
      const found = await this.database.apiKey.findUnique({
        where: { hash },
        select: { id: true, name: true, kind: true, expiresAt: true, revokedAt: true, lastUsedAt: true },
      });
      if (found === null) this.forget(hash);
      return found;
    } catch (error) {
      this.forget(hash);
      throw error;
    }
  }
}

const byDatabase = new WeakMap<PrismaClient, RecentKeys>();

export function recentKeysOf(database: PrismaClient): RecentKeys {
  const known = byDatabase.get(database);
  if (known !== undefined) return known;
  const made = new RecentKeys(database);
  byDatabase.set(database, made);
  return made;
}
