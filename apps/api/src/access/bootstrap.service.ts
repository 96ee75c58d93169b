/**
 * The first user, and the way in. There is no default password: who can start the server on its machine gets a link
 * that works once, within ten minutes, and keys for that machine's own script and agent.
 */
import type { PrismaClient } from '../generated/prisma/client.ts';
import { newId } from '../id.ts';
import { ensureDefaultProject } from '../projects/project.service.ts';
import { hashSecret, newSecret, visiblePrefix } from './secret.ts';

const LINK_MS = 600_000;
export const START_KEY = 'start';
export const LOCAL_AGENT_KEY = 'local agent';

export interface Bootstrap {
  readonly signInToken: string;
  readonly userKey: string;
  readonly agentKey: string;
}

/** Safe to call at each start: makes what is missing, replaces its own two keys, gives a fresh link. */
export async function bootstrap(database: PrismaClient, now = new Date()): Promise<Bootstrap> {
  const made = { signInToken: newSecret('link'), userKey: newSecret('user'), agentKey: newSecret('agent') };
  await database.$transaction(async (tx) => {
    const user = await tx.user.upsert({
      where: { name: 'admin' },
      create: { id: newId(), name: 'admin', role: 'ADMIN' },
      update: {},
    });
    await tx.signInToken.deleteMany({ where: { expiresAt: { lt: now } } });
    await tx.signInToken.create({
      data: {
        id: newId(),
        userId: user.id,
        hash: hashSecret(made.signInToken),
        expiresAt: new Date(now.getTime() + LINK_MS),
      },
    });
    const userId = user.id;
    await tx.apiKey.updateMany({
      where: { userId, name: { in: [START_KEY, LOCAL_AGENT_KEY] }, revokedAt: null },
      data: { revokedAt: now },
    });
    await tx.apiKey.createMany({
      data: [
        { id: newId(), userId, kind: 'USER', name: START_KEY, role: 'ADMIN', ...keyColumns(made.userKey) },
        {
          id: newId(),
          userId,
          kind: 'AGENT',
          name: LOCAL_AGENT_KEY,
          role: null,
          ...keyColumns(made.agentKey),
        },
      ],
    });
  });
  await ensureDefaultProject(database);
  return made;
}

function keyColumns(secret: string) {
  return { prefix: visiblePrefix(secret), hash: hashSecret(secret) };
}
