/** The versions of a sweep's definition: the row of the sweep says the newest, SweepVersion keeps every one. */
import type { SweepDefinition } from '@plumage/contract';
import type { Transaction } from '../../database.ts';
import { Prisma, type Sweep } from '../../generated/prisma/client.ts';

export interface Written {
  readonly definition: SweepDefinition;
  /** What a person wrote. */
  readonly source: string;
}

/** What of a definition stands in columns of the sweep, for the hot statements. */
export function columnsOf({ definition, source }: Written) {
  return {
    source,
    definition: definition as unknown as Prisma.InputJsonObject,
    name: definition.name ?? `${definition.method} sweep`,
    description: definition.description,
    method: definition.method,
    metricName: definition.metric?.name ?? null,
    metricGoal: definition.metric?.goal ?? null,
    runCap: definition.runCap,
    concurrency: definition.concurrency,
    maxFailures: definition.maxFailures,
    priority: definition.priority,
    requires: (definition.requires as unknown as Prisma.InputJsonObject | null) ?? Prisma.DbNull,
    budgetHours: definition.budget.hours,
    budgetAcceleratorHours: definition.budget.acceleratorHours,
  };
}

export interface VersionNote {
  /** Sentences. */
  readonly changes: readonly string[];
  readonly note: string | null;
  /** Who changed it; null: the server. */
  readonly byName: string | null;
}

/** Keeps the definition that the sweep has now. For the holder of the sweep's lock, or its maker. */
export async function keepVersion(tx: Transaction, sweep: Sweep, note: VersionNote): Promise<void> {
  await tx.sweepVersion.create({
    data: {
      sweepId: sweep.id,
      version: sweep.version,
      definition: sweep.definition as Prisma.InputJsonValue,
      source: sweep.source,
      changes: [...note.changes],
      note: note.note,
      byName: note.byName,
    },
  });
}

/** Makes what was written the sweep's next version. For the holder of the sweep's lock. */
export async function writeVersion(
  tx: Transaction,
  sweep: Pick<Sweep, 'id' | 'version'>,
  written: Written,
  note: VersionNote,
): Promise<Sweep> {
  const changed = await tx.sweep.update({
    where: { id: sweep.id },
    data: { ...columnsOf(written), version: sweep.version + 1 },
  });
  await keepVersion(tx, changed, note);
  return changed;
}

/** The definition that the sweep has now; made by parseSweepDefinition, so it is one. */
export const definitionOf = (sweep: { readonly definition: Prisma.JsonValue }): SweepDefinition =>
  sweep.definition as unknown as SweepDefinition;
