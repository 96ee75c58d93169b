/** From the words of a command line to an exit code: 0 done, 1 refused or failed, 2 called wrongly. */
import { type ApiClient, createApiClient } from '@plumage/api-client';
import manifest from '../package.json' with { type: 'json' };
import { parseCommandLine } from './command/command.parser.ts';
import { helpText } from './command/command.help.ts';
import type { Context, World } from './command/command.type.ts';
import { reportFault } from './command/fault.report.ts';
import { commands } from './commands.ts';
import { type Given, keyOf, serverOf } from './server/server.settings.ts';

/** A person waits: three tries, then say so. */
const retry = { attempts: 3 };

const clientOf = (given: Given, world: World): (() => ApiClient) => {
  let client: ApiClient | undefined;
  return () => {
    if (client === undefined) {
      const url = serverOf(given, world.env);
      client = createApiClient({ url, key: keyOf(given, world.env, url), retry });
    }
    return client;
  };
};

const dispatch = async (args: readonly string[], world: World): Promise<number> => {
  const called = parseCommandLine(args, commands);
  switch (called.kind) {
    case 'help':
      world.terminal.out(helpText(called.path, commands));
      return 0;
    case 'version':
      world.terminal.out(manifest.version);
      return 0;
    case 'pass-through':
      return called.command.run(world, called.args);
    case 'command': {
      const { command, values, argument, globals } = called;
      const given = { server: globals.server, key: globals.key };
      const json = globals.json === true;
      const context: Context = { world, terminal: world.terminal, json, given, api: clientOf(given, world) };
      return (await command.run(context, values, argument)) ?? 0;
    }
  }
};

/** Never throws: what goes wrong is said on stderr. @param args the words after the program's name */
export const runCli = async (args: readonly string[], world: World): Promise<number> => {
  try {
    return await dispatch(args, world);
  } catch (error) {
    world.terminal.progress('');
    return reportFault(error, world.terminal, args.includes('--json'));
  }
};
