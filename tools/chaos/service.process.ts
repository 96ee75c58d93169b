/**
 * A process that is kept up by an operator: when it ends, for whatever reason, it is started again after a while. It
 * leads a process group of its own, so that a Ctrl-C in the terminal does not reach it and whatever it leaves behind
 * is ended with it; and it ends by itself when this process is gone (exit-with-parent).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sendSignal } from './process.list.ts';

const preload = fileURLToPath(new URL('../start/exit-with-parent.mjs', import.meta.url));

export interface Launch {
  /** Program and arguments for this same Node. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Everything that it says is appended here. */
  readonly logFile: string;
}

export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** False when it was struck or stopped from here. */
  readonly byItself: boolean;
}

const restartMs = 300;

export class ServiceProcess {
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private waking: NodeJS.Timeout | undefined;
  private stopped = false;
  private struck = false;
  private awayMs = restartMs;
  private isSuspended = false;
  /** Every group that was ever led, since a killed leader may leave members. */
  private readonly groups = new Set<number>();

  /**
   * @param launch asked anew at each start
   * @param onEnd told of each end
   */
  constructor(
    readonly name: string,
    private readonly launch: () => Launch,
    private readonly onEnd: (name: string, end: End) => void = () => {},
  ) {}

  start(): void {
    const { args, env, logFile } = this.launch();
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, ['--import', preload, ...args], {
      env,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.child = child;
    this.struck = false;
    if (child.pid !== undefined) this.groups.add(child.pid);
    child.once('exit', (code, signal) => this.ended({ code, signal, byItself: !this.struck }));
  }

  /** Its id while it lives. */
  get pid(): number | undefined {
    const { child } = this;
    return child === undefined || child.exitCode !== null || child.signalCode !== null
      ? undefined
      : child.pid;
  }

  get suspended(): boolean {
    return this.isSuspended;
  }

  /** Sends a signal that ends it; it is started again `awayMs` after its end. @returns false when it is away */
  strike(signal: NodeJS.Signals, awayMs: number): boolean {
    const { pid } = this;
    if (pid === undefined) return false;
    this.struck = true;
    this.awayMs = awayMs;
    if (signal !== 'SIGKILL') this.wake();
    return sendSignal(pid, signal);
  }

  /** Stands still for so long. @returns false when it is away or stands still already */
  suspend(forMs: number): boolean {
    const { pid } = this;
    if (pid === undefined || this.isSuspended || !sendSignal(pid, 'SIGSTOP')) return false;
    this.isSuspended = true;
    this.waking = setTimeout(() => this.wake(), forMs);
    return true;
  }

  /** Asks it to end, waits for that (in the end kills it), and does not start it again. */
  async stop(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    const { child, pid } = this;
    if (child !== undefined && pid !== undefined) {
      const exited = once(child, 'exit');
      this.struck = true;
      this.wake();
      sendSignal(pid, signal);
      const killer = setTimeout(() => sendSignal(pid, 'SIGKILL'), graceMs);
      await exited;
      clearTimeout(killer);
    }
    this.killGroups();
  }

  /** Ends it and all that it ever started, at once. */
  kill(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.waking);
    this.struck = true;
    this.killGroups();
  }

  private killGroups(): void {
    for (const group of this.groups) sendSignal(-group, 'SIGKILL');
  }

  private wake(): void {
    clearTimeout(this.waking);
    this.isSuspended = false;
    if (this.pid !== undefined) sendSignal(this.pid, 'SIGCONT');
  }

  private ended(end: End): void {
    clearTimeout(this.waking);
    this.isSuspended = false;
    this.onEnd(this.name, end);
    if (this.stopped) return;
    this.timer = setTimeout(() => this.start(), this.struck ? this.awayMs : restartMs);
    this.awayMs = restartMs;
  }
}
