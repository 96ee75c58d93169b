/** `plumage keys`: keys for agents and for people's scripts. A secret is printed once, when it is made. */
import {
  type ApiKeyLineFragment,
  CreateApiKeyDocument,
  RevokeApiKeyDocument,
  type Role,
  SettingsDocument,
} from '@plumage/api-client/operations';
import { CommandError, UsageError } from '../command/command.error.ts';
import { defineCommand } from '../command/command.type.ts';
import type { Paint } from '../terminal/paint.ts';
import { type Cell, layoutTable } from '../terminal/table.layout.ts';
import { agoText } from '../terminal/words.format.ts';

const roles = { viewer: 'VIEWER', editor: 'EDITOR', admin: 'ADMIN' } as const satisfies Record<string, Role>;

const roleOf = (word: string | undefined): Role | null =>
  Object.entries(roles).find(([name]) => name === word)?.[1] ?? null;

export const createKey = defineCommand({
  path: ['keys', 'create'],
  summary: 'Make a key; it is shown this once',
  flags: {
    kind: {
      type: 'string',
      value: 'KIND',
      required: true,
      choices: ['agent', 'user'],
      help: 'who will use it',
    },
    name: { type: 'string', value: 'NAME', required: true, help: 'what it is for' },
    role: {
      type: 'string',
      value: 'ROLE',
      choices: Object.keys(roles),
      help: 'of a user key (default viewer)',
    },
    days: { type: 'string', value: 'N', range: [1, 3650], help: 'days until it expires (default: never)' },
  },
  examples: [
    'plumage keys create --kind agent --name gpu-box',
    'plumage keys create --kind user --name nightly --role editor --days 90 --json | jq -r .secret',
  ],
  async run({ terminal, json, api }, { kind, name, role, days }) {
    if (kind === 'agent' && role !== undefined) {
      throw new UsageError(
        'OPTION_VALUE',
        'keys create',
        '--role is for user keys; agent keys have no role.',
      );
    }
    const input = {
      kind: kind === 'agent' ? ('AGENT' as const) : ('USER' as const),
      name,
      role: roleOf(role),
      expiresInDays: days === undefined ? null : Number(days),
    };
    const { createApiKey: made } = await api().request(CreateApiKeyDocument, { input });
    if (json) {
      terminal.out(JSON.stringify(made, null, 2));
      return 0;
    }
    terminal.out(made.secret);
    terminal.err(terminal.paintErr('dim', `Note it down: it is not shown again. Its id is ${made.key.id}.`));
    const { origin } = api();
    const use =
      kind === 'agent'
        ? `plumage agent --server ${origin} --key KEY`
        : `plumage sign-in --server ${origin} --key KEY`;
    terminal.err(terminal.paintErr('dim', `Use it: ${use}`));
    return 0;
  },
});

const stateCell = (key: ApiKeyLineFragment, now: Date): Cell => {
  if (key.revokedAt !== null) return { text: 'revoked', tone: 'dim' };
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= now.getTime())
    return { text: 'expired', tone: 'dim' };
  return { text: 'valid', tone: 'good' };
};

const keyTable = (keys: readonly ApiKeyLineFragment[], now: Date, paint: Paint, room: number | undefined) =>
  layoutTable(
    [
      { title: 'name', shrink: true },
      { title: 'kind' },
      { title: 'role' },
      { title: 'begins with' },
      { title: 'state' },
      { title: 'made' },
      { title: 'used' },
      { title: 'expires' },
      { title: 'id' },
    ],
    keys.map((key) => [
      { text: key.name, tone: 'strong' },
      key.kind.toLowerCase(),
      key.role?.toLowerCase() ?? null,
      key.prefix,
      stateCell(key, now),
      agoText(key.createdAt, now),
      agoText(key.lastUsedAt, now) ?? 'never',
      key.expiresAt === null ? 'never' : key.expiresAt.slice(0, 10),
      { text: key.id, tone: 'dim' },
    ]),
    paint,
    room,
  );

export const listKeys = defineCommand({
  path: ['keys', 'list'],
  summary: "List keys (yours; everyone's if you are an admin), without their secrets",
  flags: {},
  examples: ['plumage keys list'],
  async run({ world, terminal, json, api }) {
    const { apiKeys } = await api().request(SettingsDocument, {});
    if (json) terminal.out(JSON.stringify(apiKeys, null, 2));
    else if (apiKeys.length === 0) terminal.out('No keys.');
    else terminal.out(keyTable(apiKeys, world.now(), terminal.paint, terminal.columns));
    return 0;
  },
});

export const revokeKey = defineCommand({
  path: ['keys', 'revoke'],
  summary: 'End a key, at once and for good',
  argument: { name: 'ID', help: 'the key, by its id; `plumage keys list` shows it' },
  flags: {},
  examples: ['plumage keys revoke 0197c3f2-6a1e-7c44-9d2b-5b0f6a7e8c90'],
  async run({ terminal, json, api }, _values, argument) {
    if (argument.startsWith('plu_')) {
      throw new CommandError(
        'NOT_FOUND',
        'That is a key itself; expected its id.',
        '`plumage keys list` shows it.',
      );
    }
    const { revokeApiKey } = await api().request(RevokeApiKeyDocument, { input: { id: argument } });
    if (json) terminal.out(JSON.stringify(revokeApiKey.key, null, 2));
    else terminal.out(`${revokeApiKey.key.name} (${revokeApiKey.key.prefix}...) is revoked.`);
    return 0;
  },
});
