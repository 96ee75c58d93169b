import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFilePath, readKeptKey, removeKeptKey, writeKeptKey } from './key.file.ts';
import { keyOf, serverOf } from './server.settings.ts';

const key = (letter: string) => `plu_user_${letter.repeat(43)}`;
const nothing = { server: undefined, key: undefined };
let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumage-cli-'));
  env = { XDG_CONFIG_HOME: folder };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('which server and which key', () => {
  it('the line over the environment over what sign-in kept over the default', async () => {
    expect(serverOf(nothing, env)).toBe('http://127.0.0.1:4600');
    await writeKeptKey(keyFilePath(env), { server: 'http://kept:1', key: key('k') });
    expect(serverOf(nothing, env)).toBe('http://kept:1');
    expect(keyOf(nothing, env, 'http://kept:1')).toBe(key('k'));
    const withEnv = { ...env, PLUMAGE_SERVER: 'http://env:2/', PLUMAGE_KEY: key('e') };
    expect(serverOf(nothing, withEnv)).toBe('http://env:2');
    expect(keyOf(nothing, withEnv, 'http://env:2')).toBe(key('e'));
    const given = { server: 'http://line:3', key: key('l') };
    expect(serverOf(given, withEnv)).toBe('http://line:3');
    expect(keyOf(given, withEnv, 'http://line:3')).toBe(key('l'));
  });

  it('a kept key is never sent to another server', async () => {
    await writeKeptKey(keyFilePath(env), { server: 'http://kept:1', key: key('k') });
    expect(() => keyOf(nothing, env, 'http://other:1')).toThrow(
      'There is no key for http://other:1. The one that is kept belongs to http://kept:1.',
    );
  });

  it('refuses a malformed address or key with what was expected, and never repeats a key', () => {
    expect(() => serverOf({ server: 'gpu-box:4600', key: undefined }, env)).toThrow(
      '--server is "gpu-box:4600"',
    );
    expect(() => keyOf({ server: undefined, key: 'plu_agent_secret' }, env, 'http://a')).toThrow(
      /^(?!.*secret).*agent/,
    );
    expect(() => keyOf(nothing, { ...env, PLUMAGE_KEY: 'hunter2' }, 'http://a')).toThrow(
      /^(?!.*hunter2)PLUMAGE_KEY is not a whole user key/,
    );
  });

  it("the key file is its owner's alone, can be replaced, and can be forgotten", async () => {
    const file = keyFilePath(env);
    await writeKeptKey(file, { server: 'http://a', key: key('a') });
    await writeKeptKey(file, { server: 'http://b', key: key('b') });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(readKeptKey(file)).toEqual({ server: 'http://b', key: key('b') });
    expect(await removeKeptKey(file)).toBe(true);
    expect(await removeKeptKey(file)).toBe(false);
    expect(readKeptKey(file)).toBeUndefined();
  });
});
