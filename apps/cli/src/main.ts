/** `plumage`: the edges of the process. What it does with them is in cli.ts. */
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runCli } from './cli.ts';
import { createTerminal } from './terminal/terminal.ts';

const { env, stdout, stderr, stdin } = process;

// `plumage ... | head` closes the pipe when it has seen enough; that is no fault.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  env,
  // `npm run plumage` changes to the checkout's folder, and says here where the person stands.
  cwd: env['npm_lifecycle_event'] === 'plumage' ? (env['INIT_CWD'] ?? process.cwd()) : process.cwd(),
  root: fileURLToPath(new URL('../../../', import.meta.url)),
  terminal: createTerminal(stdout, stderr, env),
  readStdin: () => text(stdin),
  now: () => new Date(),
});
