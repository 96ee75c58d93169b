/**
 * Keeps the lease on a render while it is drawn. A person may cancel it at any moment, and a lost render must not keep
 * a machine busy, so it is renewed every two seconds although the lease is far longer: renders are few and short.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentApi, RenderGranted } from './agent.api.ts';
import type { EventLog } from './event.log.ts';

const renewEveryMs = 2_000;

export interface RenderHold {
  /** Aborted when the render is no longer this agent's. */
  readonly signal: AbortSignal;
  /** True when it was cancelled or taken back: nothing is to be reported. */
  lost(): boolean;
  /** It is settled: renews no more. */
  end(): void;
}

export const createRenderHold = (
  api: Pick<AgentApi, 'renewRender'>,
  grant: RenderGranted,
  log: EventLog,
): RenderHold => {
  const { renderId, epoch, token, leaseDurationMs } = grant;
  const gone = new AbortController();
  const over = new AbortController();
  const everyMs = Math.min(renewEveryMs, leaseDurationMs / 3);
  const renew = async (): Promise<void> => {
    while (!over.signal.aborted && !gone.signal.aborted) {
      await delay(everyMs, undefined, { signal: over.signal });
      // That the API is away is said by those who have something to deliver; the next renewal comes anyway.
      const answer = await api
        .renewRender({ render: { renderId, epoch, token } }, over.signal)
        .catch(() => undefined);
      if (answer === undefined || answer.command === 'CONTINUE') continue;
      const why = answer.reason === null ? '' : `: ${answer.reason}`;
      log.say(answer.command === 'CANCEL' ? `cancelled${why}` : `the lease was lost${why}`, 'warn');
      gone.abort(new Error('the render is no longer wanted from here'));
    }
  };
  renew().catch(() => {});
  return { signal: gone.signal, lost: () => gone.signal.aborted, end: () => over.abort() };
};
