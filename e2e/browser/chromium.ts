/**
 * The Chromium that comes inside an npm package. It also carries the system libraries that a bare machine lacks
 * (nss, nspr and friends) but unpacks them only where it believes to be in a cloud function; we say so while it is
 * loaded, and give those libraries to the browser alone, not to Node or Postgres.
 */
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The package's arguments are for a cloud function; these would hide faults that a user's browser shows. */
const unwanted = [
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--single-process',
  '--in-process-gpu',
];

export interface ChromiumLaunch {
  readonly executablePath: string;
  readonly args: string[];
  readonly env: Record<string, string>;
}

export const chromiumLaunch = async (): Promise<ChromiumLaunch> => {
  const libraries = join(tmpdir(), 'al2023', 'lib');
  const before = { ...process.env };
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
  // A browser that was unpacked without its libraries would be taken as it is: unpack both again.
  if (!existsSync(libraries)) rmSync(join(tmpdir(), 'chromium'), { force: true });
  const { default: chromium } = await import('@sparticuz/chromium');
  const executablePath = await chromium.executablePath();
  const env = { ...process.env, LD_LIBRARY_PATH: libraries } as Record<string, string>;
  for (const name of Object.keys(process.env)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  return { executablePath, args: chromium.args.filter((argument) => !unwanted.includes(argument)), env };
};
