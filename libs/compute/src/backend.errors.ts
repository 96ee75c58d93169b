/** What can be wrong with a back end that was asked for by name; `auto` skips such a back end instead. */
import type { BackendName } from './backend.names.ts';

/**
 * BACKEND_NOT_INSTALLED: optional package missing. BACKEND_UNUSABLE: no device or driver. BACKEND_WRONG: failed the
 * self-test. BACKEND_OUT_OF_MEMORY: a tensor did not fit.
 */
export type BackendErrorCode =
  | 'BACKEND_NOT_INSTALLED'
  | 'BACKEND_UNUSABLE'
  | 'BACKEND_WRONG'
  | 'BACKEND_OUT_OF_MEMORY';

export abstract class BackendError extends Error {
  abstract readonly code: BackendErrorCode;
  readonly backend: BackendName;

  constructor(backend: BackendName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.backend = backend;
  }
}

/** Thrown when the back end's optional npm package cannot be found. */
export class BackendNotInstalledError extends BackendError {
  readonly code = 'BACKEND_NOT_INSTALLED';

  constructor(backend: BackendName, packageName: string) {
    super(
      backend,
      `Back end ${backend} needs the npm package ${packageName}, which is not installed. ` +
        `Run \`npm run backend -- add ${backend}\`, or choose another back end.`,
    );
  }
}

/** Thrown when the package is there but does not start: no device, no driver, a library that does not load. */
export class BackendUnusableError extends BackendError {
  readonly code = 'BACKEND_UNUSABLE';

  constructor(backend: BackendName, reason: string, options?: ErrorOptions) {
    super(backend, `Back end ${backend} does not start: ${reason}`, options);
  }
}

/** Thrown when the back end starts but its training step disagrees with the reference. */
export class BackendWrongError extends BackendError {
  readonly code = 'BACKEND_WRONG';

  constructor(backend: BackendName, finding: string, options?: ErrorOptions) {
    super(
      backend,
      `Back end ${backend} computes a wrong training step (${finding}). Update its driver or package, ` +
        'or choose another back end, for example wasm.',
      options,
    );
  }
}

/** Thrown in the middle of a step when the back end has no room for a tensor. The process should end. */
export class BackendMemoryError extends BackendError {
  readonly code = 'BACKEND_OUT_OF_MEMORY';

  constructor(backend: BackendName, bytes: number) {
    super(
      backend,
      `Back end ${backend} has no room for ${Math.ceil(bytes / 2 ** 20)} MiB more. ` +
        'Choose a smaller batch or width, or a back end with more memory.',
    );
  }
}
