import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOptions } from './agent.options.ts';

const key = `plu_agent_${'k'.repeat(43)}`;
const read = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  readOptions(['--server', 'http://box:4600', '--key', key, ...args], env);

describe('the options', () => {
  it('are flags over environment over defaults, frozen', () => {
    const env = { PLUMAGE_SERVER: 'https://plumage.example/', PLUMAGE_AGENT_KEY: key };
    const options = readOptions(['--name', 'box'], env);
    expect(options).toMatchObject({
      server: 'https://plumage.example',
      key,
      name: 'box',
      slots: undefined,
      count: undefined,
      backend: 'auto',
      graceMs: 30_000,
      json: false,
    });
    expect(Object.isFrozen(options)).toBe(true);
    expect(readOptions(['--server', 'http://other:1'], env)).toMatchObject({ server: 'http://other:1' });
  });

  it('take the key from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumage-options-'));
    writeFileSync(join(folder, 'key'), `${key}\n`);
    const args = ['--server', 'http://box:4600', '--key-file', join(folder, 'key')];
    expect(readOptions(args, {})).toMatchObject({ key });
    expect(() => readOptions([...args.slice(0, 3), join(folder, 'none')], {})).toThrow(
      /^--key-file .*none cannot be read: ENOENT/,
    );
    rmSync(folder, { recursive: true });
  });

  it('--once is --count 1', () => {
    expect(read(['--once'])).toMatchObject({ count: 1 });
    expect(() => read(['--once', '--count', '3'])).toThrow('--once and --count 3 contradict each other');
  });

  it('let no sweep run a program unless a person says so', () => {
    expect(read([])).toMatchObject({ allowCommand: false });
    expect(read(['--allow-command'])).toMatchObject({ allowCommand: true, commandDir: process.cwd() });
  });

  it('--help is asked for without anything else', () => {
    expect(readOptions(['--help'], {})).toBe('help');
  });

  it.each([
    [['--slots', '0'], '--slots is "0"; expected a whole number from 1 to 64.'],
    [['--slots', '1e1'], '--slots is "1e1"; expected a whole number from 1 to 64.'],
    [['--count', '-1'], /Option '--count' argument is ambiguous/],
    [['--grace-ms', 'soon'], '--grace-ms is "soon"; expected a whole number from 0 to 3600000.'],
    [['--name', ''], '--name is ""; expected 1 to 100 printable characters.'],
    [['--server', 'box:4600'], '--server is "box:4600"; expected an address such as http://localhost:4600.'],
    [['--command-dir', '.'], '--command-dir is given without --allow-command; expected both.'],
    [['--allow-command', '--command-dir', '/no/where'], '--command-dir is "/no/where"; expected a folder.'],
    [['--nonsense'], /^Unknown option '--nonsense'.* `--help` lists the options\.$/],
    [['stray'], /Unexpected argument 'stray'/],
  ])('%j is refused with what was expected', (args, sentence) => {
    expect(() => read(args)).toThrow(sentence);
  });

  it('never repeats a key in a refusal', () => {
    for (const wrong of ['hunter2', `plu_user_${'s'.repeat(43)}`]) {
      const refused = () => readOptions(['--server', 'http://box', '--key', wrong], {});
      expect(refused).toThrow(/agent key/);
      expect(refused).not.toThrow(new RegExp(wrong));
    }
  });

  it('are refused without a server or a key, naming flag and variable', () => {
    expect(() => readOptions([], {})).toThrow('--server URL or PLUMAGE_SERVER');
    expect(() => readOptions(['--server', 'http://box'], {})).toThrow(
      '--key, --key-file or PLUMAGE_AGENT_KEY',
    );
  });
});
