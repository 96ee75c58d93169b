/** The options that every command takes. */
import type { Flags } from './command.type.ts';

export const globalFlags = {
  server: {
    type: 'string',
    value: 'URL',
    help: 'address of the server (PLUMAGE_SERVER; else the one signed in to; else http://127.0.0.1:4600)',
  },
  key: { type: 'string', value: 'KEY', help: 'user key (PLUMAGE_KEY; else the one signed in with)' },
  json: { type: 'boolean', help: 'print JSON for programs' },
  help: { type: 'boolean', help: 'this text' },
} as const satisfies Flags;
