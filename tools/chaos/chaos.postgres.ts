/**
 * A Postgres that may be killed and suspended. What it has acknowledged survives its own death (synchronous_commit and
 * full_page_writes are on); only the machine does not crash here, so fsync is off.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, migrate, startEmbeddedPostgres } from '../database/index.ts';
import { childrenOf, sendSignal, untilGone } from './process.list.ts';

const settings = { fsync: 'off', synchronous_commit: 'on', max_connections: '150' };
/** Backends of a killed server end when they next look at their latch. */
const backendGraceMs = 5_000;

type Running = Awaited<ReturnType<typeof startEmbeddedPostgres>>;

export class ChaosPostgres {
  private waking: NodeJS.Timeout | undefined;
  private restarting: Promise<void> | undefined;
  private still: readonly number[] = [];
  private closed = false;

  private constructor(
    private readonly dataDir: string,
    private running: Running,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** @param onFault told when it could not be started again */
  static async start(folder: string, onFault: (error: unknown) => void): Promise<ChaosPostgres> {
    const dataDir = join(folder, 'postgres');
    const running = await startEmbeddedPostgres({ dataDir, settings });
    watchOver(dataDir);
    await migrate(running.url);
    return new ChaosPostgres(dataDir, running, onFault);
  }

  get url(): string {
    return this.running.url;
  }

  private get usable(): boolean {
    return !this.closed && this.restarting === undefined;
  }

  /** Kills the server; its backends are left to notice. It comes back on the same port. */
  kill(awayMs: number): boolean {
    if (!this.usable) return false;
    this.wake();
    const { pid, port } = this.running;
    const backends = childrenOf(pid);
    if (!sendSignal(pid, 'SIGKILL')) return false;
    this.restarting = this.bringBack([pid, ...backends], port, awayMs)
      .catch(this.onFault)
      .finally(() => {
        this.restarting = undefined;
      });
    return true;
  }

  /** Kills one of the server's processes: it ends all sessions and recovers by itself. */
  killBackend(pick: number): boolean {
    if (!this.usable || this.still.length > 0) return false;
    const backends = childrenOf(this.running.pid);
    const victim = backends[pick % Math.max(1, backends.length)];
    return victim !== undefined && sendSignal(victim, 'SIGKILL');
  }

  /** Lets the server and all its processes stand still for so long. */
  suspend(forMs: number): boolean {
    if (!this.usable || this.still.length > 0) return false;
    const { pid } = this.running;
    // The server first, so that none of its children is born unseen.
    if (!sendSignal(pid, 'SIGSTOP')) return false;
    const backends = childrenOf(pid);
    for (const backend of backends) sendSignal(backend, 'SIGSTOP');
    this.still = [pid, ...backends];
    this.waking = setTimeout(() => this.wake(), forMs);
    return true;
  }

  /** Resolves when no restart is under way. */
  async settled(): Promise<void> {
    while (this.restarting !== undefined) await this.restarting;
  }

  async close(): Promise<void> {
    await this.settled();
    this.closed = true;
    this.wake();
    await this.running.stop();
  }

  private wake(): void {
    clearTimeout(this.waking);
    for (const pid of [...this.still].reverse()) sendSignal(pid, 'SIGCONT');
    this.still = [];
  }

  private async bringBack(old: readonly number[], port: number, awayMs: number): Promise<void> {
    await sleep(awayMs);
    await untilGone(old, backendGraceMs);
    for (let attempt = 1; ; attempt++) {
      try {
        this.running = await startEmbeddedPostgres({ dataDir: this.dataDir, port, settings });
        return;
      } catch (error) {
        if (!(error instanceof DatabaseError) || attempt === 5) throw error;
        await sleep(1_000);
      }
    }
  }
}

/** Should this process be killed itself: a shell sees its pipe close and stops the server. */
const watchOver = (dataDir: string): void => {
  const script = 'cat > /dev/null; read -r pid < "$0/postmaster.pid" && kill -INT "$pid"';
  const shell = spawn('sh', ['-c', script, dataDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
};
