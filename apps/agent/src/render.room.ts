/** What the renders of one agent share: the folder, the cache of checkpoints, the waiting child. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentApi } from './agent.api.ts';
import type { RenderRoom } from './render.attempt.ts';
import { openCheckpointCache } from './render.cache.ts';
import { createRenderChildren } from './render.child.ts';

const keepChildMs = 60_000;

/** What an agent that was killed left of its renders is of no use: the server has given them to another. */
export const openRenderRoom = (
  api: AgentApi,
  workDir: string,
  childProgram: string,
  signals: Pick<RenderRoom, 'leaving' | 'giveUp'>,
): RenderRoom => {
  const folder = join(workDir, 'renders');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return {
    api,
    folder,
    ...signals,
    cache: openCheckpointCache(join(workDir, 'render-cache')),
    children: createRenderChildren({ program: childProgram, keepMs: keepChildMs }),
  };
};
