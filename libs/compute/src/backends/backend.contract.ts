/** What each back end's file offers to the selection: its package, and how to start it. */
import type { BackendName } from '../backend.names.ts';

/** A back end that started: what it runs on, and which tfjs back end to set. */
export interface StartedBackend {
  /** tfjs's own name for it. */
  readonly tfjsName: string;
  /** The device in words: a CPU's model, an adapter's name. */
  readonly device: string;
  /** Memory that tensors may take, in MiB; null when the device does not say. */
  readonly memoryMb: number | null;
  /** Why `auto` should leave it alone although it works, or null. */
  readonly slow: string | null;
}

/** One back end. `start` throws a BackendError when it cannot run here; only wasm heeds `threads`. */
export interface BackendModule {
  readonly name: BackendName;
  /** The optional npm package it needs, or null when it is part of every installation. */
  readonly packageName: string | null;
  readonly start: (folder: string | null, threads?: number) => Promise<StartedBackend>;
}
