/**
 * Whether it pays to share kernels with other threads, learnt from the jobs that were shared. A machine whose cores are
 * taken by others lets a thread wait in the middle of its part, and everybody else with it: then one thread alone is
 * faster, however fast several would be on a machine of their own. Nothing but the time depends on it.
 */

/** Milliseconds lost, those of long ago counting less, after which jobs are done alone for a while. */
const PATIENCE_MS = 20;
/** How much of the balance is kept from job to job. */
const KEPT = 0.98;
/** Jobs done alone before sharing is tried again: more each time that it did not pay, the first again once it did. */
const FIRST_PAUSE = 64;
const LONGEST_PAUSE = 8192;

export class ThreadBalance {
  #balanceMs = 0;
  #alone = 0;
  #pause = FIRST_PAUSE;

  /** Whether the next job shall be shared. */
  shares(): boolean {
    if (this.#alone === 0) return true;
    this.#alone -= 1;
    return false;
  }

  /**
   * Learns from a job of `parts` parts: this thread did `own` of them in `ownMs`, and all were done after `totalMs`.
   */
  learn({
    parts,
    own,
    ownMs,
    totalMs,
  }: {
    parts: number;
    own: number;
    ownMs: number;
    totalMs: number;
  }): void {
    // All by itself, or not one: nothing to compare with.
    if (own === 0 || own === parts) return;
    const aloneMs = (ownMs / own) * parts;
    this.#balanceMs = this.#balanceMs * KEPT + aloneMs - totalMs;
    if (this.#balanceMs > PATIENCE_MS) {
      this.#balanceMs = PATIENCE_MS;
      this.#pause = FIRST_PAUSE;
    }
    if (this.#balanceMs < -PATIENCE_MS) {
      this.#balanceMs = 0;
      this.#alone = this.#pause;
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
  }
}
