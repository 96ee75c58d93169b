import { parseArgs } from 'node:util';
import { resolve } from 'node:path';

export interface StartOptions {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly agent: boolean;
  readonly quickstart: boolean;
  readonly json: boolean;
  readonly readyFile: string | undefined;
}

export const usage = `npm start -- [options]

Brings up Postgres, the API, the dashboard and one local agent, and prints a sign-in link.

  --data-dir DIR     where the database, pictures and checkpoints live (.plumage)
  --port N           the one address of dashboard and API (4600; 0 = any free port)
  --host ADDRESS     address to bind (127.0.0.1; any other needs PLUMAGE_SECRET)
  --no-agent         start no local agent
  --no-quickstart    create no quickstart sweep on the first start
  --ready-file FILE  once all is up, write {dashboardUrl, apiUrl, token, signInUrl, pid} there as JSON
  --json             one JSON object a line instead of text
  --help

DATABASE_URL set: that Postgres is used instead of the embedded one.`;

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** A sentence for the person who started us; shown without a stack trace, exit code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** @throws StartError naming the flag and what was expected */
export const parseStartOptions = (
  argv: readonly string[],
  root: string,
  secret: string | undefined,
): StartOptions | 'help' => {
  const { values } = (() => {
    try {
      return parseArgs({
        args: [...argv],
        allowNegative: true,
        options: {
          'data-dir': { type: 'string', default: '.plumage' },
          host: { type: 'string', default: '127.0.0.1' },
          port: { type: 'string', default: '4600' },
          agent: { type: 'boolean', default: true },
          quickstart: { type: 'boolean', default: true },
          json: { type: 'boolean', default: false },
          'ready-file': { type: 'string' },
          help: { type: 'boolean', default: false },
        },
      });
    } catch (error) {
      throw new StartError(`${(error as Error).message}\n\n${usage}`);
    }
  })();
  if (values.help) return 'help';
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new StartError(`--port is "${values.port}", expected a whole number from 0 to 65535.`);
  }
  if (!LOOPBACK.includes(values.host) && !secret) {
    throw new StartError(
      `--host ${values.host} can be reached by other machines and needs PLUMAGE_SECRET (at least 16 characters) in the environment.`,
    );
  }
  return {
    dataDir: resolve(root, values['data-dir']),
    host: values.host,
    port,
    agent: values.agent,
    quickstart: values.quickstart,
    json: values.json,
    readyFile: values['ready-file'] === undefined ? undefined : resolve(values['ready-file']),
  };
};
