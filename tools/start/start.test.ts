import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimDataFolder } from './data-folder.ts';
import { createJournal } from './journal.ts';
import { parseStartOptions, type StartOptions } from './options.ts';
import { claimPort } from './ports.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the options of npm start', () => {
  test('default to the loopback, port 4600 and .plumage', () => {
    expect(parseStartOptions([], folder, undefined)).toEqual({
      dataDir: join(folder, '.plumage'),
      host: '127.0.0.1',
      port: 4600,
      agent: true,
      quickstart: true,
      json: false,
      readyFile: undefined,
    });
  });

  test('--no-agent and --no-quickstart leave them out', () => {
    const options = parseStartOptions(['--no-agent', '--no-quickstart'], folder, undefined) as StartOptions;
    expect([options.agent, options.quickstart]).toEqual([false, false]);
  });

  test.each(['http', '-1', '65536', '46.5'])('a port of "%s" is refused in words', (port) => {
    expect(() => parseStartOptions([`--port=${port}`], folder, undefined)).toThrow(
      /expected a whole number from 0 to 65535/,
    );
  });

  test('an address that others can reach needs a secret', () => {
    const wide = ['--host', '0.0.0.0'];
    expect(() => parseStartOptions(wide, folder, undefined)).toThrow(/needs PLUMAGE_SECRET/);
    expect(parseStartOptions(wide, folder, 'sixteen letters!')).toMatchObject({ host: '0.0.0.0' });
  });

  test('an unknown option is named, and the known ones are listed', () => {
    expect(() => parseStartOptions(['--prot', '1'], folder, undefined)).toThrow(/--prot[\s\S]*--port N/);
  });
});

describe('the data folder', () => {
  test('is made, held while in use, and given free again', () => {
    const data = join(folder, 'new', 'data');
    const release = claimDataFolder(data);
    expect(readFileSync(join(data, 'start.pid'), 'utf8')).toBe(String(process.pid));
    release();
    claimDataFolder(data)();
  });

  test('held by a living process is refused with its number', () => {
    writeFileSync(join(folder, 'start.pid'), String(process.ppid));
    expect(() => claimDataFolder(folder)).toThrow(new RegExp(`process ${process.ppid}`));
  });

  test('left behind by a dead process is taken over', () => {
    writeFileSync(join(folder, 'start.pid'), '4194000');
    claimDataFolder(folder)();
  });

  test('that is a file is refused in words', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => claimDataFolder(file)).toThrow(/expected a folder that this user may write/);
  });

  test('whose lock is a folder is refused in words', () => {
    mkdirSync(join(folder, 'start.pid'));
    expect(() => claimDataFolder(folder)).toThrow(/cannot be used/);
  });
});

describe('the port', () => {
  test('that somebody listens on is refused in words', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    await expect(claimPort(port, '127.0.0.1')).rejects.toThrow(/is taken by another program/);
    await new Promise((resolve) => server.close(resolve));
  });

  test('of an address that is not ours is refused in words', async () => {
    await expect(claimPort(0, '203.0.113.1')).rejects.toThrow(/expected an address of this machine/);
  });
});

test('the journal speaks to people in aligned lines and to programs in JSON', () => {
  const lines: string[] = [];
  const at = new Date(Date.UTC(2026, 0, 2));
  createJournal(
    false,
    (line) => lines.push(line),
    () => at,
  ).say('api', 'ready');
  createJournal(
    true,
    (line) => lines.push(line),
    () => at,
  ).say('api', 'ready', { port: 1 });
  expect(lines).toEqual([
    '  api        ready',
    '{"at":"2026-01-02T00:00:00.000Z","part":"api","text":"ready","port":1}',
  ]);
});
