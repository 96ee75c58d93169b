import { spawn } from 'node:child_process';
import { StartError } from './options.ts';

/**
 * Builds those of the given projects whose sources changed; Nx's local cache knows which.
 * @throws StartError with the builder's own output if a build fails; an AbortError when `signal` ends it
 */
export const build = (root: string, projects: readonly string[], signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        `${root}node_modules/nx/dist/bin/nx.js`,
        'run-many',
        '-t',
        'build',
        '-p',
        projects.join(','),
        '--outputStyle=static',
      ],
      {
        cwd: root,
        env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NEXT_TELEMETRY_DISABLED: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(signal && { signal }),
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) return resolve();
      reject(new StartError(`Building ${projects.join(', ')} failed (code ${code}):\n${output}`));
    });
  });
