import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServiceOptions } from './agent.options.ts';
import { checkoutOf, type ServicePlace, serviceUnit } from './service.unit.ts';

const key = `plu_agent_${'k'.repeat(43)}`;
let folder: string;
let keyFile: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumage-service-'));
  keyFile = join(folder, 'agent key');
  writeFileSync(keyFile, key);
});
afterAll(() => rmSync(folder, { recursive: true }));

const place: ServicePlace = {
  node: process.execPath,
  program: '/srv/plumage/apps/agent/dist/main.js',
  folder: '/srv/plumage',
  user: 'trainer',
  env: { CUDA_VISIBLE_DEVICES: '0,1', PLUMAGE_AGENT_KEY: key, PATH: '/opt/conda/bin:/usr/bin' },
};
const unitOf = (args: string[], at: Partial<ServicePlace> = {}): string => {
  const service = readServiceOptions(['--server', 'http://box:4600', '--key-file', keyFile, ...args], {});
  if (service === 'help') throw new Error('help was not asked for');
  return serviceUnit({ ...service, place: { ...place, ...at } });
};
const settingsOf = (unit: string, name: string): string[] =>
  unit
    .replaceAll(' \\\n  ', ' ')
    .split('\n')
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1));

/** The words of a command line, as systemd.service(5) and systemd.syntax(7) say that they are read. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g)].map(([whole, quoted]) =>
    (quoted?.replaceAll(/\\(.)/g, '$1') ?? whole).replaceAll('%%', '%').replaceAll('$$', '$'),
  );

const hasSystemd = spawnSync('systemd-analyze', ['--version']).error === undefined;

describe('the unit', () => {
  it('starts the built agent of this checkout as this user, with every path absolute', () => {
    const unit = unitOf(['--work-dir', 'work', '--name', 'box', '--once', '--dataset', 'cub', '--json']);
    expect(settingsOf(unit, 'User')).toEqual(['trainer']);
    expect(settingsOf(unit, 'WorkingDirectory')).toEqual(['/srv/plumage']);
    const words = wordsOf(settingsOf(unit, 'ExecStart')[0] ?? '');
    expect(words.slice(0, 2)).toEqual([process.execPath, '/srv/plumage/apps/agent/dist/main.js']);
    const read = readServiceOptions(words.slice(2), {});
    expect(read).toMatchObject({
      keyFile,
      options: { server: 'http://box:4600', name: 'box', count: 1, datasets: ['cub'], json: true },
    });
    expect(words).toContain(join(process.cwd(), 'work'));
  });

  it('hands over every option as it was given, whatever systemd reads into spaces, quotes, % and $', () => {
    const odd = join(folder, `a "b" \\ 100% $HOME 'c'; d`);
    const args = ['--name', '50% of $USER', '--work-dir', odd, '--cache-dir', join(folder, 'cache')];
    const unit = unitOf([...args, '--slots', '2', '--memory-limit-mb', '9000', '--grace-ms', '1500']);
    const words = wordsOf(settingsOf(unit, 'ExecStart')[0] ?? '').slice(2);
    const given = ['--server', 'http://box:4600', '--key-file', keyFile, ...args];
    const wanted = readServiceOptions(
      [...given, '--slots', '2', '--memory-limit-mb', '9000', '--grace-ms', '1500'],
      {},
    );
    expect(readServiceOptions(words, {})).toEqual(wanted);
    expect(settingsOf(unit, 'ReadWritePaths')[0]).toContain(`100%% $HOME 'c'; d"`);
  });

  it('gives the agent longer than its grace before it is killed', () => {
    expect(settingsOf(unitOf(['--grace-ms', '90500']), 'TimeoutStopSec')).toEqual(['106']);
  });

  it('starts it again after a fault that may pass, and not after one that a person must mend', () => {
    const unit = unitOf([]);
    expect(settingsOf(unit, 'Restart')).toEqual(['on-failure']);
    expect(settingsOf(unit, 'RestartPreventExitStatus')).toEqual(['2']);
    expect(settingsOf(unit, 'OOMPolicy')).toEqual(['continue']);
  });

  it('holds no key, and the GPUs that were chosen', () => {
    const unit = unitOf([]);
    expect(unit).not.toContain(key);
    expect(settingsOf(unit, 'Environment')).toContain('CUDA_VISIBLE_DEVICES=0,1');
    expect(unit).not.toContain('/opt/conda');
  });

  it('lets programs of sweeps be found and write, where they are allowed', () => {
    const unit = unitOf(['--allow-command', '--command-dir', folder]);
    expect(settingsOf(unit, 'Environment')).toContain('PATH=/opt/conda/bin:/usr/bin');
    expect(settingsOf(unit, 'ProtectSystem')).toEqual(['full']);
    expect(settingsOf(unitOf([]), 'ProtectSystem')).toEqual(['strict']);
  });

  it('is refused with a key in words, without a key file, and with a value that no line can hold', () => {
    const server = ['--server', 'http://box:4600'];
    const sentence = /^A service takes its key from a file only.*expected --key-file FILE/;
    expect(() => readServiceOptions([...server, '--key', key], {})).toThrow(sentence);
    expect(() => readServiceOptions(server, { PLUMAGE_AGENT_KEY: key })).toThrow(sentence);
    expect(() => readServiceOptions([...server, '--key', key, '--key-file', keyFile], {})).toThrow(sentence);
    expect(() => unitOf(['--work-dir', 'a\nExecStart=/bin/sh'])).toThrow(/holds a control character/);
  });

  it.runIf(hasSystemd)('is taken by systemd itself without a complaint', () => {
    const file = join(folder, 'plumage-agent.service');
    const work = ['--work-dir', join(folder, 'a "b" 100% $HOME'), '--cache-dir', folder];
    writeFileSync(file, unitOf(work, { folder, user: 'root', program: process.execPath }));
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    const complaints = verified.stderr.split('\n').filter((line) => line.includes('plumage-agent'));
    expect(complaints).toEqual([]);
    expect(verified.status).toBe(0);
  });
});

describe('the checkout of a built agent', () => {
  it('is three folders above its own', () => {
    expect(checkoutOf('/srv/plumage/apps/agent/dist/main.js')).toBe('/srv/plumage');
  });
});
