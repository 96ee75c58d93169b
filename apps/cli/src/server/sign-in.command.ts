/** `plumage sign-in` and `sign-out`: keep a key that was tried, and forget it. */
import { createApiClient } from '@plumage/api-client';
import { ViewerDocument } from '@plumage/api-client/operations';
import { CommandError, UsageError } from '../command/command.error.ts';
import { type Context, defineCommand } from '../command/command.type.ts';
import { keyFilePath, removeKeptKey, writeKeptKey } from './key.file.ts';
import { checkKey, serverOf } from './server.settings.ts';

const givenKey = async ({ given, world }: Context): Promise<string> => {
  const key = given.key ?? world.env['PLUMAGE_KEY'];
  if (key === undefined || key === '') {
    throw new UsageError(
      'MISSING_OPTION',
      'sign-in',
      '--key KEY is missing: a user key, or - to read it from stdin.',
    );
  }
  if (key !== '-') return checkKey(key, '--key');
  const read = (await world.readStdin()).trim();
  if (read === '') throw new CommandError('NOTHING_TO_READ', 'No key came from stdin.');
  return checkKey(read, 'What came from stdin');
};

export const signIn = defineCommand({
  path: ['sign-in'],
  summary: 'Try a user key and keep it for the commands that follow',
  flags: {},
  examples: [
    'plumage sign-in --server http://gpu-box:4600 --key -   # asks stdin, so that no history holds the key',
    'plumage sign-in --server http://gpu-box:4600 --key plu_user_...',
  ],
  async run(context) {
    const { world, terminal, given } = context;
    const server = serverOf(given, world.env);
    const key = await givenKey(context);
    const { viewer } = await createApiClient({ url: server, key, retry: { attempts: 2 } }).request(
      ViewerDocument,
      {},
    );
    const file = keyFilePath(world.env);
    await writeKeptKey(file, { server, key });
    if (context.json) terminal.out(JSON.stringify({ server, viewer, file }, null, 2));
    else
      terminal.out(
        `Signed in to ${server} as ${viewer.name} (${viewer.role.toLowerCase()}). Kept in ${file}.`,
      );
    return 0;
  },
});

export const signOut = defineCommand({
  path: ['sign-out'],
  summary: 'Forget the key that sign-in kept (it still works: `keys revoke` ends it)',
  flags: {},
  examples: ['plumage sign-out'],
  async run({ world, terminal, json }) {
    const file = keyFilePath(world.env);
    const removed = await removeKeptKey(file);
    if (json) terminal.out(JSON.stringify({ removed, file }, null, 2));
    else terminal.out(removed ? `Removed ${file}.` : `Nothing was kept in ${file}.`);
    return 0;
  },
});
