/**
 * Drawing children, seen from the agent: processes of their own, so that a crash or a want of memory ends a render and
 * nothing else. One that has drawn waits a minute for the next render, which then costs no start. Only `wasm` ones wait:
 * a process that has touched a GPU keeps memory of it that the next training run needs.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { classifyExit } from './child.failure.ts';
import { childFlags, type ChildExit } from './child.process.ts';
import { memoryOf, oomKills, preferAsVictim } from './process.table.ts';
import { type RenderAnswer, type RenderJob, type RenderMessage, renderMessage } from './render.message.ts';

export interface RenderChild {
  readonly pid: number | undefined;
  /** A child that ends without an answer has failed in its own way: the answer says how. */
  draw(job: RenderJob, onProgress: (message: RenderMessage) => void): Promise<RenderAnswer>;
  /** Ends it at once. */
  kill(): void;
  /** It is not needed now. One that did `well` waits for the next render; another may be in no state to. */
  giveBack(well: boolean): void;
}

export interface RenderChildren {
  /** A waiting child of that back end, or a new one, which gets ready at once. It must be given back. */
  take(backend: string, env: NodeJS.ProcessEnv): RenderChild;
  /** Ends those that wait. */
  close(): void;
}

export interface RenderChildrenOptions {
  /** child.js */
  readonly program: string;
  /** How long one waits for the next render. */
  readonly keepMs: number;
}

const keptLines = 20;

/** The last lines of what a child says, for the message of its crash. */
const tailOf = (child: ChildProcess): (() => string[]) => {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
    });
  }
  return () => said.split('\n').filter(Boolean).slice(-keptLines);
};

const startRenderChild = (program: string, backend: string, env: NodeJS.ProcessEnv) => {
  const oomKillsBefore = oomKills();
  const child = fork(program, ['--render', backend], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
    execArgv: childFlags(program),
  });
  if (child.pid !== undefined) preferAsVictim(child.pid);
  const tail = tailOf(child);
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', () => {
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
  const crashed = async (peakMemoryMb: () => number | undefined): Promise<RenderAnswer> => {
    const exit = await exited;
    const evidence = { exit, oomKillsBefore, oomKillsAfter: oomKills(), tail: tail() };
    return {
      type: 'failed',
      ...classifyExit({ ...evidence, peakMemoryMb: peakMemoryMb(), what: 'drawing' }),
    };
  };
  const answered = (onProgress: (message: RenderMessage) => void): Promise<RenderAnswer> =>
    new Promise((resolve) => {
      const listen = (message: unknown): void => {
        const said = renderMessage.safeParse(message).data;
        if (said === undefined) return;
        if (said.type === 'progress') return onProgress(said);
        child.off('message', listen);
        resolve(said);
      };
      child.on('message', listen);
    });
  return {
    pid: child.pid,
    exited,
    alive: () => child.connected,
    draw(job: RenderJob, onProgress: (message: RenderMessage) => void): Promise<RenderAnswer> {
      let peakMb: number | undefined;
      const answer = answered((message) => {
        peakMb = (child.pid === undefined ? undefined : memoryOf(child.pid)?.peakMb) ?? peakMb;
        onProgress(message);
      });
      if (child.connected) child.send(job, () => {});
      return Promise.race([answer, crashed(() => peakMb)]);
    },
    kill: () => void child.kill('SIGKILL'),
  };
};

export const createRenderChildren = ({ program, keepMs }: RenderChildrenOptions): RenderChildren => {
  type Started = ReturnType<typeof startRenderChild>;
  const waiting = new Map<Started, NodeJS.Timeout>();
  const forget = (child: Started): void => {
    clearTimeout(waiting.get(child));
    waiting.delete(child);
  };
  const end = (child: Started): void => {
    forget(child);
    child.kill();
  };
  const keep = (child: Started): void => {
    // One is enough: two renders at the same moment are rare.
    for (const other of waiting.keys()) end(other);
    const timer = setTimeout(() => end(child), keepMs);
    timer.unref();
    waiting.set(child, timer);
    void child.exited.then(() => forget(child));
  };
  return {
    take(backend, env) {
      const warm = backend === 'wasm' ? [...waiting.keys()].find((child) => child.alive()) : undefined;
      if (warm) forget(warm);
      const child = warm ?? startRenderChild(program, backend, env);
      return {
        ...child,
        giveBack: (well) => (well && backend === 'wasm' && child.alive() ? keep(child) : child.kill()),
      };
    },
    close() {
      for (const child of [...waiting.keys()]) end(child);
    },
  };
};
