/** `plumage runs logs`: what a run wrote, searched by the server, and followed while the run is not over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@plumage/api-client';
import {
  RunLogsDocument,
  type RunLogsQuery,
  type RunLogsQueryVariables,
} from '@plumage/api-client/operations';
import { isTerminalRun } from '@plumage/contract';
import { CommandError } from '../command/command.error.ts';
import { defineCommand } from '../command/command.type.ts';
import { visible } from '../terminal/text.width.ts';
import { findRunId, runArgument } from './run.finder.ts';

type Run = NonNullable<RunLogsQuery['run']>;
type Line = Run['logs']['lines'][number];

const PAGE_LINES = 1_000;
const FOLLOW_MS = 1_000;

/** Every line there is, then, with `follow`, every line that comes, until the run is over. */
async function* walkLog(
  api: ApiClient,
  question: Pick<RunLogsQueryVariables, 'id' | 'search' | 'stream' | 'epoch'>,
  follow: boolean,
): AsyncGenerator<Line> {
  let after: string | null = null;
  for (;;) {
    const asked: RunLogsQueryVariables = { ...question, after, first: PAGE_LINES };
    const { run }: RunLogsQuery = await api.request(RunLogsDocument, asked);
    if (run === null) throw new CommandError('NOT_FOUND', `There is no run with the id ${question.id}.`);
    yield* run.logs.lines;
    after = run.logs.pageInfo.endCursor;
    if (run.logs.pageInfo.hasNextPage) continue;
    // An agent writes nothing more once its run is over, and the state was read before the lines were.
    if (!follow || isTerminalRun(run.state)) return;
    await sleep(FOLLOW_MS);
  }
}

export const runLogs = defineCommand({
  path: ['runs', 'logs'],
  summary: 'Print what a run wrote, all attempts, oldest first',
  argument: runArgument,
  flags: {
    follow: { type: 'boolean', help: 'go on with what is written, until the run is over' },
    search: { type: 'string', value: 'TEXT', help: 'lines that hold this text, in capitals or not' },
    stream: {
      type: 'string',
      value: 'STREAM',
      choices: ['stdout', 'stderr', 'agent'],
      help: 'lines of this stream only',
    },
    attempt: { type: 'string', value: 'N', range: [1, 1_000_000], help: 'lines of this attempt only' },
  },
  examples: [
    'plumage runs logs quickstart/heron-0003',
    'plumage runs logs quickstart/heron-0003 --follow',
    'plumage runs logs ID --search error --stream stderr',
    'plumage runs logs ID --attempt 2 --json   # one JSON object a line',
  ],
  async run({ terminal, json, api }, { follow, search, attempt, ...given }, argument) {
    const id = await findRunId(api(), argument);
    const question = {
      id,
      search: search ?? null,
      stream: given.stream ?? null,
      epoch: attempt === undefined ? null : Number(attempt),
    };
    let lines = 0;
    for await (const { at, epoch, sequence, stream, text } of walkLog(api(), question, follow ?? false)) {
      lines += 1;
      const mark = terminal.paint('dim', `${at} ${epoch} ${stream.padEnd(6)}`);
      terminal.out(json ? JSON.stringify({ at, epoch, sequence, stream, text }) : `${mark} ${visible(text)}`);
    }
    const asked = Object.values({ search, attempt, ...given }).some((one) => one !== undefined);
    if (lines === 0)
      terminal.err(terminal.paintErr('dim', asked ? 'No such line.' : 'It has written nothing.'));
    return 0;
  },
});
