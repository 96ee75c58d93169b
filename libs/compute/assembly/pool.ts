/**
 * Several threads at one kernel: each has an instance of this module on the same memory, and they take chunks of the
 * job that stands in the control block until none is left. A chunk computes what it would compute alone, so the
 * result is the same to the bit whoever takes it, and a thread that comes late finds nothing to do instead of holding
 * the others up.
 *
 * Control block, 512 bytes, the words that threads write to on cache lines of their own:
 *   0 epoch: counts jobs; workers sleep on it · 64 next: the next chunk, or CLOSED · 128 active: workers that may hold
 *   a chunk · 192 chunks · 196 kind, see jobs.ts · 200 units · 204 leave · 208 failed · 256 arguments, float64 each
 */
import { runPart } from './jobs';

const NEXT: usize = 64;
const ACTIVE: usize = 128;
const CHUNKS: usize = 192;
const UNITS: usize = 200;
const LEAVE: usize = 204;
const FAILED: usize = 208;

/** Above any number of chunks, with room for late comers to count it up. */
const CLOSED: i32 = 0x40000000;
/** Looks at a word before sleeping on it: 10 to 20 us, about what falling asleep and being woken costs. */
const LOOKS: i32 = 4000;

/** Takes chunks until none is left; gives how many it took. */
function takeChunks(control: usize, thread: i32): i32 {
  let taken = 0;
  let chunk = atomic.add<i32>(control, 1, NEXT);
  let chunks = load<i32>(control, CHUNKS);
  while (chunk < chunks) {
    const units = <i64>load<i32>(control, UNITS);
    const from = <i32>((units * <i64>chunk) / <i64>chunks);
    const to = <i32>((units * <i64>(chunk + 1)) / <i64>chunks);
    if (from < to) runPart(control, thread, from, to);
    taken++;
    chunk = atomic.add<i32>(control, 1, NEXT);
    chunks = load<i32>(control, CHUNKS);
  }
  return taken;
}

/** Does the job in the control block alone. */
export function run(control: usize): void {
  runPart(control, 0, 0, load<i32>(control, UNITS));
}

/** Offers the job in the control block to the workers and works at it; gives the chunks taken. `settle` must follow. */
export function share(control: usize, workers: i32): i32 {
  atomic.store<i32>(control, 0, NEXT);
  atomic.add<i32>(control, 1);
  atomic.notify(control, min(workers, load<i32>(control, CHUNKS) - 1));
  return takeChunks(control, 0);
}

/** On return the shared job is done. False: a worker has failed. */
export function settle(control: usize): bool {
  // Nobody may take a chunk of the next job before it stands there in full.
  atomic.store<i32>(control, CLOSED, NEXT);
  let looks = 0;
  for (;;) {
    const active = atomic.load<i32>(control, ACTIVE);
    if (active === 0) break;
    if (++looks > LOOKS) atomic.wait<i32>(control + ACTIVE, active, -1);
  }
  return atomic.load<i32>(control, FAILED) === 0;
}

/** A worker's life; returns when it is told to leave. */
export function serve(control: usize, thread: i32): void {
  let seen = 0;
  for (;;) {
    let now = atomic.load<i32>(control);
    for (let looks = 0; now === seen && looks < LOOKS; looks++) now = atomic.load<i32>(control);
    while (now === seen) {
      atomic.wait<i32>(control, seen, -1);
      now = atomic.load<i32>(control);
    }
    if (atomic.load<i32>(control, LEAVE) !== 0) return;
    seen = now;
    atomic.add<i32>(control, 1, ACTIVE);
    takeChunks(control, thread);
    if (atomic.sub<i32>(control, 1, ACTIVE) === 1) atomic.notify(control + ACTIVE, 1);
  }
}

/** Tells the workers to leave. */
export function dismiss(control: usize): void {
  atomic.store<i32>(control, 1, LEAVE);
  atomic.add<i32>(control, 1);
  atomic.notify(control, -1);
}

/** What a worker whose kernel has trapped does last: it says so, and it no longer holds a chunk. */
export function fail(control: usize): void {
  atomic.store<i32>(control, 1, FAILED);
  atomic.sub<i32>(control, 1, ACTIVE);
  atomic.notify(control + ACTIVE, 1);
}
