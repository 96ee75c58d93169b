/** Why a run is to end before its last step. The first reason stands, except that a lost lease overrides all. */
export type StopReason = 'prune' | 'cancel' | 'pause' | 'drain' | 'shutdown' | 'lease_lost';

export interface StopRequest {
  readonly reason: StopReason | undefined;
  /** Aborted at the first asking. */
  readonly signal: AbortSignal;
  ask(reason: StopReason): void;
  /** Calls `listener` at each new reason, and at once when one stands already. */
  onAsk(listener: (reason: StopReason) => void): void;
}

export const createStopRequest = (): StopRequest => {
  const controller = new AbortController();
  const listeners: Array<(reason: StopReason) => void> = [];
  let reason: StopReason | undefined;
  return {
    get reason() {
      return reason;
    },
    signal: controller.signal,
    ask(next) {
      if (reason === 'lease_lost' || (reason !== undefined && next !== 'lease_lost')) return;
      reason = next;
      controller.abort();
      for (const listener of listeners) listener(next);
    },
    onAsk(listener) {
      listeners.push(listener);
      if (reason !== undefined) listener(reason);
    },
  };
};
