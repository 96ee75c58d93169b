/**
 * Optional packages live in a folder of their own (`npm run backend -- add`), because npm removes whatever
 * package.json does not list; an ordinary installation beside the product is found as well. The names are only
 * known at run time, so that neither the compiler nor the bundler asks for packages that are not there.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BackendName } from '../backend.names.ts';
import { BackendNotInstalledError, BackendUnusableError } from '../backend.errors.ts';

/** The folder of optional back ends that is nearest above `start`, or null. */
export function findBackendsFolder(start: string): string | null {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const candidate = join(folder, '.plumage', 'backends');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return null;
  }
}

/** The file that importing `packageName` would load, or null when it is not installed. */
export function resolvePackage(packageName: string, folder: string | null): string | null {
  const bases = [...(folder ? [pathToFileURL(join(folder, 'package.json')).href] : []), import.meta.url];
  for (const base of bases) {
    try {
      return createRequire(base).resolve(packageName);
    } catch {
      // Not below this base; the next may have it.
    }
  }
  return null;
}

/** Imports an optional package. Throws BackendNotInstalledError or, when its code fails, BackendUnusableError. */
export async function importPackage(
  backend: BackendName,
  packageName: string,
  folder: string | null,
): Promise<Readonly<Record<string, unknown>>> {
  const file = resolvePackage(packageName, folder);
  if (file === null) throw new BackendNotInstalledError(backend, packageName);
  try {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new BackendUnusableError(backend, `its package ${packageName} does not load (${reason})`, {
      cause,
    });
  }
}
