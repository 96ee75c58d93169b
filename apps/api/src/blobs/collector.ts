/**
 * The timer that keeps the disk from filling: spent checkpoints go, then every blob that nothing points at. The first
 * turn is at the start, so that a server that is often restarted collects as well. Several API processes may run it.
 */
import type { Logger } from 'pino';
import { retireCheckpoints } from '../checkpoints/retention.service.ts';
import { collectBlobs, type CollectionServices } from './collection.service.ts';

export interface CollectorOptions extends CollectionServices {
  readonly everyMs: number;
  /** How many of its newest checkpoints a run that has not ended keeps. */
  readonly keepCheckpoints: number;
  readonly log: Logger;
}

export class Collector {
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(private readonly options: CollectorOptions) {}

  start(): void {
    this.timer = setInterval(() => this.take(), this.options.everyMs);
    this.timer.unref();
    this.take();
  }

  /** Cuts a turn that is under way short and waits for its last step. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.turn;
  }

  /** One turn; never rejects. */
  async look(): Promise<void> {
    const { database, keepCheckpoints, log } = this.options;
    try {
      const checkpoints = await retireCheckpoints(database, keepCheckpoints, this.stopping.signal);
      const collected = await collectBlobs(this.options, this.stopping.signal);
      const gone = { checkpoints, ...collected };
      if (Object.values(gone).some((count) => count > 0))
        log.info(gone, 'spent checkpoints and blobs deleted');
    } catch (error) {
      log.error({ err: error }, 'spent checkpoints and blobs could not be deleted');
    }
  }

  private take(): void {
    this.turn ??= this.look().finally(() => {
      this.turn = undefined;
    });
  }
}
