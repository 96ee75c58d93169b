/** A render in words: what was asked for, and where it stands. */
import { type RenderLineFragment } from '@plumage/api-client/operations';
import type { RenderRequest } from '@plumage/contract';
import { sayDuration } from '../../design/time.tsx';

type Render = Pick<RenderLineFragment, 'state' | 'agentName' | 'startedAt' | 'finishedAt' | 'createdAt'>;

const listed = (items: readonly string[], most: number): string => {
  const rest = items.length - most;
  return items.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
};

/** `a red apple, a whale; seeds 1, 2` */
export const sayRequest = (request: RenderRequest): string => {
  switch (request.kind) {
    case 'CAPTIONS':
      return `${listed(request.captions, 3)}; ${request.seeds.length === 1 ? 'seed' : 'seeds'} ${listed(request.seeds.map(String), 6)}`;
    case 'TEXT_INTERPOLATION':
      return `from ${request.from} to ${request.to}; ${request.path}, seed ${request.seed}`;
    case 'NOISE_INTERPOLATION':
      return `${request.caption}, from seed ${request.fromSeed} to ${request.toSeed}; ${request.path}`;
    case 'STYLE_TRANSFER': {
      const count = request.style.length;
      return `the style of ${count === 1 ? 'a picture' : `${count} pictures`} for ${listed(request.captions, 3)}`;
    }
  }
};

/** Where it stands, and who has to do with it. `agents` is how many are online. */
export const sayStanding = (render: Render, agents: number, nowMs: number): string => {
  const who = render.agentName ?? 'an agent';
  switch (render.state) {
    case 'QUEUED':
      if (agents === 0) return 'No agent is online. It is drawn as soon as one is started.';
      return agents === 1
        ? 'Waiting for the agent that is online.'
        : `Waiting for one of ${agents} agents that are online.`;
    case 'RUNNING':
      return `${who} draws it, for ${sayDuration(Math.max(0, nowMs - Date.parse(render.startedAt ?? '')))} now.`;
    case 'FINISHED':
      return `drawn by ${who} in ${sayTaken(render)}`;
    case 'FAILED':
      return render.agentName === null ? 'failed' : `failed on ${who}`;
    case 'CANCELLED':
      return 'cancelled';
  }
};

/** Below ten seconds with a decimal: that is what one waits for. */
const sayTaken = (render: Render): string => {
  const ms = Date.parse(render.finishedAt ?? '') - Date.parse(render.startedAt ?? '');
  return ms < 10_000 ? `${(Math.max(0, ms) / 1_000).toFixed(1)} s` : sayDuration(ms);
};

/** A row's words: its caption, or those under its style; empty where the line above says it all. */
export const rowLabel = (request: RenderRequest, row: number): string => {
  switch (request.kind) {
    case 'CAPTIONS':
      return request.captions[row] ?? '';
    case 'TEXT_INTERPOLATION':
    case 'NOISE_INTERPOLATION':
      return '';
    case 'STYLE_TRANSFER':
      return request.captions.join(' · ');
  }
};
