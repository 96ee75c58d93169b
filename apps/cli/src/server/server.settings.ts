/**
 * Which server to ask, and with which key: what was given on the line, else the environment, else what sign-in kept.
 */
import { CommandError, UsageError } from '../command/command.error.ts';
import { keyFilePath, readKeptKey } from './key.file.ts';

export const defaultServer = 'http://127.0.0.1:4600';

export interface Given {
  readonly server: string | undefined;
  readonly key: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** @throws UsageError when the text is no http(s) address */
export const readOrigin = (text: string, from: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      'OPTION_VALUE',
      '',
      `${from} is "${text}"; expected an address such as ${defaultServer}.`,
    );
  }
  return url.origin;
};

/** The origin to ask. @throws UsageError when it is malformed */
export const serverOf = (given: Given, env: Env): string => {
  if (given.server !== undefined) return readOrigin(given.server, '--server');
  if (env['PLUMAGE_SERVER']) return readOrigin(env['PLUMAGE_SERVER'], 'PLUMAGE_SERVER');
  return readKeptKey(keyFilePath(env))?.server ?? defaultServer;
};

/** A key on the line or in the environment. @throws UsageError when it is not whole; it is never repeated */
export const checkKey = (key: string, from: string): string => {
  if (key.startsWith('plu_agent_')) {
    const message = `${from} is an agent's key (plu_agent_...); expected a user key (plu_user_...).`;
    throw new UsageError('OPTION_VALUE', '', message);
  }
  if (!/^plu_user_[\w-]{43}$/.test(key)) {
    const message = `${from} is not a whole user key; expected plu_user_ and 43 characters, as the Settings page showed it.`;
    throw new UsageError('OPTION_VALUE', '', message);
  }
  return key;
};

/** @throws UsageError for a malformed key; CommandError NO_KEY when none is given and none is kept for `server` */
export const keyOf = (given: Given, env: Env, server: string): string => {
  if (given.key !== undefined) return checkKey(given.key, '--key');
  if (env['PLUMAGE_KEY']) return checkKey(env['PLUMAGE_KEY'], 'PLUMAGE_KEY');
  const file = keyFilePath(env);
  const kept = readKeptKey(file);
  if (kept?.server === server) return kept.key;
  const other = kept === undefined ? '' : ` The one that is kept belongs to ${kept.server}.`;
  throw new CommandError(
    'NO_KEY',
    `There is no key for ${server}.${other}`,
    `Settings in the dashboard makes one; then: plumage sign-in --server ${server} --key -`,
  );
};
