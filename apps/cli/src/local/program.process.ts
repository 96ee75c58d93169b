/**
 * Runs another program of ours in the foreground. The child gets a process group of its own and its signals from
 * here: a terminal sends Ctrl-C to the whole group, npm passes it on once more, and to both programs a second signal
 * means "at once", so what arrives together must count once.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SAME_KEYPRESS_MS = 300;

/** @returns its exit code; 128 and the signal's number when a signal ended it */
export const runProgram = (file: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit', detached: true });
    let lastMs = Number.NEGATIVE_INFINITY;
    const passOn = (signal: NodeJS.Signals) => {
      const nowMs = performance.now();
      if (nowMs - lastMs > SAME_KEYPRESS_MS) child.kill(signal);
      lastMs = nowMs;
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, passOn);
    const done = () => {
      for (const signal of signals) process.off(signal, passOn);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
