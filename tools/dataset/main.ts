/** The edges of `plumage dataset`: arguments, streams, exit code. */
import { runDatasetCommand } from './dataset.command.ts';

process.exitCode = await runDatasetCommand(process.argv.slice(2), {
  // `npm run plumage` changes to the checkout's folder, and says here where the person stands.
  cwd:
    process.env['npm_lifecycle_event'] === 'plumage'
      ? (process.env['INIT_CWD'] ?? process.cwd())
      : process.cwd(),
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
});
