/**
 * Counts failures by address within a window, in this process. Secrets here have 256 bits, so guessing is hopeless
 * anyway; this keeps a loop with a wrong key from costing a database lookup a request, and from filling the log.
 */
export interface FailureLimitOptions {
  /** Failures that pass within one window. */
  readonly most: number;
  readonly windowMs: number;
  /** Addresses remembered; beyond that the oldest are forgotten. */
  readonly addresses?: number;
  readonly nowMs: () => number;
}

export class FailureLimit {
  private readonly windows = new Map<string, { startMs: number; count: number }>();

  constructor(private readonly options: FailureLimitOptions) {}

  /** Milliseconds to wait, 0 when the address may try. */
  blockedFor(address: string): number {
    const window = this.windows.get(address);
    if (!window || window.count < this.options.most) return 0;
    return Math.max(0, window.startMs + this.options.windowMs - this.options.nowMs());
  }

  /** Notes a failure; answers as blockedFor would have before it. */
  add(address: string): number {
    const blocked = this.blockedFor(address);
    const now = this.options.nowMs();
    const window = this.windows.get(address);
    if (!window || now - window.startMs >= this.options.windowMs) {
      this.windows.delete(address);
      this.windows.set(address, { startMs: now, count: 1 });
      const oldest = this.windows.keys().next().value;
      if (this.windows.size > (this.options.addresses ?? 10_000) && oldest !== undefined)
        this.windows.delete(oldest);
    } else {
      window.count += 1;
    }
    return blocked;
  }
}
