/**
 * One connection a process that LISTENs. It only says "look now": what there is to see is in the outbox, so a
 * notification that is lost while the connection breaks costs a moment (the feed polls too), never a change.
 */
import pg from 'pg';
import type { Logger } from 'pino';
import { CHANNEL } from './change.sql.ts';

const RECONNECT_MS = 1_000;

export class WakeUp {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    private readonly databaseUrl: string,
    private readonly onNotify: () => void,
    private readonly log: Logger,
  ) {}

  /** Connects; after a break it connects again for as long as it is open. Never rejects. */
  async open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.databaseUrl,
      keepAlive: true,
      application_name: 'plumage-live',
    });
    let ended = false;
    const lost = (error?: Error) => {
      if (ended) return;
      ended = true;
      if (this.closed) return;
      this.log.warn({ err: error }, 'live connection lost');
      void client.end().catch(() => undefined);
      this.timer = setTimeout(() => void this.open(), RECONNECT_MS);
    };
    client.on('error', lost);
    client.on('end', () => lost());
    client.on('notification', () => this.onNotify());
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      if (this.closed) return void (await client.end());
      this.client = client;
      this.onNotify();
    } catch (error) {
      lost(error as Error);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }
}
