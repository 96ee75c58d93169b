/**
 * Optuna's side: what optuna_peer.py wrote, either the committed recording, so that nobody needs Python, or one that
 * is made now.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { EVERY } from './study.ts';

const curvesSchema = z.object({
  trials: z.number().int().positive(),
  every: z.literal(EVERY),
  /** By seed: the regret after each ten trials. */
  seeds: z.record(z.string(), z.array(z.number())),
});

const peerSchema = z.object({
  versions: z.record(z.string(), z.string()),
  cpu: z.string(),
  /** curves[sampler][function][mode] */
  curves: z.record(z.string(), z.record(z.string(), z.record(z.string(), curvesSchema))),
  /** suggestMs[sampler][past trials] */
  suggestMs: z.record(z.string(), z.record(z.string(), z.number())),
});

export type PeerCurves = z.infer<typeof curvesSchema>;
export type Peer = z.infer<typeof peerSchema>;

/** What `optuna_peer.py collect` wrote: the committed recording, or one of your own. */
export const recordedPeer = (file: string | URL = new URL('./optuna.recorded.json', import.meta.url)): Peer =>
  peerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** What is wanted of a live recording; seeds and trials are the recorder's own unless given. */
interface PeerWish {
  readonly samplers: string;
  readonly functions: string;
  readonly modes: string;
  readonly seeds?: string | undefined;
  readonly trials?: string | undefined;
  readonly withTimes: boolean;
}

/** @throws Error when Python fails; what it said is in the terminal. */
export const livePeer = async (
  python: string,
  wish: PeerWish,
  note: (line: string) => void,
): Promise<Peer> => {
  const script = fileURLToPath(new URL('./optuna_peer.py', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'plumage-bench-'));
  const [state, out] = [join(folder, 'studies.jsonl'), join(folder, 'peer.json')];
  const { withTimes, ...rest } = wish;
  const options = Object.entries(rest).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
  const call = (action: string): Promise<void> =>
    new Promise((resolve, reject) => {
      note(`optuna: ${action}`);
      // Its progress is for people: our own last line on stdout must stay the result.
      const child = spawn(python, [script, action, '--state', state, '--out', out, ...options], {
        stdio: ['ignore', process.stderr, process.stderr],
      });
      child.on('error', reject);
      child.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`${python} ended with ${code}`)),
      );
    });
  try {
    await call('record');
    if (withTimes) await call('time');
    await call('collect');
    return recordedPeer(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
