import { describe, expect, it } from 'vitest';
import { commands } from '../commands.ts';
import { helpText } from './command.help.ts';

describe('help', () => {
  it('lists every command at the top', () => {
    const text = helpText([], commands);
    for (const { path, summary } of commands) {
      expect(text).toContain(`  ${path.join(' ')}`);
      expect(text).toContain(summary);
    }
  });

  it('of a noun lists its commands only', () => {
    const text = helpText(['keys'], commands);
    expect(text).toContain('keys revoke ID');
    expect(text).not.toContain('sweep');
  });

  it('of a command shows its use, its options with their values, and examples', () => {
    const text = helpText(['runs', 'list'], commands);
    expect(text).toContain('plumage runs list [options]');
    expect(text).toContain('queued, running, paused, finished, pruned, failed, cancelled');
    expect(text).toContain('PLUMAGE_SERVER');
    expect(text).toContain('plumage runs list --state running,queued');
    expect(helpText(['keys', 'create'], commands)).toContain(
      'plumage keys create --kind KIND --name NAME [options]',
    );
  });
});
