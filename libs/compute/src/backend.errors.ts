/** What can be wrong with a back end that was asked for by name; `auto` skips such a back end instead. */
import type { BackendName } from './backend.names.ts';

/** BACKEND_NOT_INSTALLED: optional package missing. BACKEND_UNUSABLE: no device or driver. BACKEND_WRONG: self-test. */
export type BackendErrorCode = 'BACKEND_NOT_INSTALLED' | 'BACKEND_UNUSABLE' | 'BACKEND_WRONG';

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
