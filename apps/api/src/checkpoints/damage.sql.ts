/**
 * A checkpoint that an agent could not read. It stays where it is, for people to see, and counts no more: claims and
 * retention (runs/claim.sql.ts, retention.sql.ts) pass it by, so that the one before it is resumed from.
 */
import type { Prisma } from '../generated/prisma/client.ts';

/** For the holder of the run's row. Marked once: the first reason stays. */
export async function markDamaged(
  tx: Prisma.TransactionClient,
  checkpointId: string,
  reason: string | null,
): Promise<void> {
  await tx.$executeRaw`
    update "Checkpoint" set "damagedAt" = now(), "damageReason" = coalesce(${reason}, 'It could not be read.')
    where id = ${checkpointId}::uuid and "damagedAt" is null`;
}
