/** Commands whose work a program of the checkout does: `plumage up` is `npm start`, `plumage agent` is `npm run agent`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command/command.error.ts';
import type { PassThrough } from '../command/command.type.ts';
import { runProgram } from './program.process.ts';

const runTool = (root: string, file: string, args: readonly string[]): Promise<number> => {
  const program = join(root, 'tools', file);
  if (!existsSync(program)) {
    const message = `${program} is not there: \`up\`, \`agent\` and \`dataset\` need a checkout of Plumage.`;
    throw new CommandError('NO_CHECKOUT', message);
  }
  return runProgram(program, args);
};

export const up: PassThrough = {
  kind: 'pass-through',
  path: ['up'],
  summary: 'Bring up Postgres, the API, the dashboard and one agent here (`npm start`)',
  examples: ['plumage up', 'plumage up --port 4700 --no-agent', 'plumage up --help'],
  run: ({ root }, args) => runTool(root, 'start.mjs', args),
};

export const agent: PassThrough = {
  kind: 'pass-through',
  path: ['agent'],
  summary: 'Train the runs of a server on this machine (`npm run agent`)',
  examples: ['plumage agent --server http://gpu-box:4600 --key plu_agent_...', 'plumage agent --help'],
  run: ({ root }, args) => runTool(root, 'agent.mjs', args),
};

export const dataset: PassThrough = {
  kind: 'pass-through',
  path: ['dataset'],
  summary: 'Read a dataset as a run would, and show its card (show) or its pictures (sheet)',
  examples: [
    'plumage dataset show folder ./my-pictures',
    'plumage dataset sheet cub /data/CUB_200_2011 --crop box --out birds.png',
    'plumage dataset --help',
  ],
  run: ({ root }, args) => runTool(root, 'dataset.mjs', args),
};
