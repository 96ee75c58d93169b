/**
 * One agent of the fleet, with two places (name and work folder) between which an operator may move it. What a killed
 * agent owed stays in its old place until an agent works there again: stale leases and leftovers, as in real life.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { lives, startOf } from './process.list.ts';
import { type End, ServiceProcess } from './service.process.ts';

export interface SeatOptions {
  readonly name: string;
  /** The built agent. */
  readonly program: string;
  readonly server: string;
  /** With the agent key. */
  readonly env: NodeJS.ProcessEnv;
  readonly slots: number;
  /** Work folders and logs go in here. */
  readonly folder: string;
  readonly cacheDir: string;
  readonly onEnd?: (name: string, end: End) => void;
}

const storedLease = z.object({ childPid: z.int().nullable(), childStartTime: z.string().nullable() });

const graceMs = 8_000;

export class AgentSeat {
  readonly process: ServiceProcess;
  private moved = false;

  constructor(private readonly options: SeatOptions) {
    const { program, server, env, slots, folder, cacheDir, name } = options;
    this.process = new ServiceProcess(
      name,
      () => ({
        args: [
          ...[program, '--server', server, '--backend', 'wasm', '--slots', String(slots)],
          ...['--name', this.place, '--work-dir', join(folder, this.place), '--cache-dir', cacheDir],
          ...['--grace-ms', String(graceMs)],
        ],
        env,
        logFile: join(folder, 'logs', `${name}.log`),
      }),
      options.onEnd,
    );
  }

  /** Name and work folder of its next start, or of now. */
  private get place(): string {
    return this.moved ? `${this.options.name}-elsewhere` : this.options.name;
  }

  move(): void {
    this.moved = !this.moved;
  }

  /** The training processes of its place that live. */
  children(): number[] {
    const runs = join(this.options.folder, this.place, 'runs');
    try {
      return readdirSync(runs).flatMap((run) => {
        const pid = childOf(join(runs, run, 'lease.json'));
        return pid === undefined ? [] : [pid];
      });
    } catch {
      return [];
    }
  }
}

/** Undefined when it has ended, and for a folder that is just being made or removed. */
const childOf = (file: string): number | undefined => {
  try {
    const { childPid, childStartTime } = storedLease.parse(JSON.parse(readFileSync(file, 'utf8')));
    return childPid !== null && lives(childPid) && startOf(childPid) === childStartTime
      ? childPid
      : undefined;
  } catch {
    return undefined;
  }
};
