import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandContext, CommandUnusable, expandCommand } from './command.expand.ts';

const context: CommandContext = {
  assignment: { lr: 0.1, flip: true, crop: false, name: 'a b; touch x', sizes: [1, 2] },
  configFile: '/run/config.json',
  env: { HOME: '/home/wren', EMPTY: '' },
  interpreter: 'python3',
};
const expand = (...command: string[]) => expandCommand(['train', ...command], context).slice(1);

describe('a command', () => {
  it("has W&B's macros filled in as W&B fills them", () => {
    const name = 'name=a b; touch x';
    expect(expand('${args}')).toEqual([
      '--crop=False',
      '--flip=True',
      '--lr=0.1',
      `--${name}`,
      '--sizes=[1,2]',
    ]);
    expect(expand('${args_no_hyphens}')).toEqual(['crop=False', 'flip=True', 'lr=0.1', name, 'sizes=[1,2]']);
    expect(expand('${args_no_boolean_flags}')).toEqual(['--flip', '--lr=0.1', `--${name}`, '--sizes=[1,2]']);
    expect(expand('${args_no_equals}').slice(0, 4)).toEqual(['--crop', 'False', '--flip', 'True']);
    expect(expand('${args_json}').map((text) => JSON.parse(text))).toEqual([context.assignment]);
    expect(expand('${args_json_file}')).toEqual(['/run/config.json']);
    expect(expand('${env}', '${interpreter}')).toEqual(['/usr/bin/env', 'python3']);
  });

  it('takes environment variables, also inside an entry, and is refused for one that is not set', () => {
    expect(expand('${envvar:HOME}/bin:${envvar:EMPTY}')).toEqual(['/home/wren/bin:']);
    expect(() => expand('${envvar:MISSING}')).toThrow(CommandUnusable);
    expect(() => expand('${envvar:MISSING}')).toThrow(/MISSING.*not set/);
  });

  it('needs a program', () => {
    expect(() => expandCommand(['${args}'], { ...context, assignment: {} })).toThrow(CommandUnusable);
    expect(() => expandCommand(['${envvar:EMPTY}'], context)).toThrow(CommandUnusable);
  });

  it('keeps every value in one argument, whatever stands in it', () => {
    const value = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.array(fc.string()));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z_.]{1,9}$/), value), (assignment) => {
        const args = expandCommand(['x', '${args}'], { ...context, assignment }).slice(1);
        expect(args).toHaveLength(Object.keys(assignment).length);
        Object.entries(assignment).forEach(([name, given]) => {
          const own = args.filter((arg) => arg.startsWith(`--${name}=`));
          expect(own).toHaveLength(1);
          if (typeof given === 'string') expect(own).toEqual([`--${name}=${given}`]);
        });
      }),
    );
  });

  it('never reads a macro out of a value', () => {
    const assignment = { evil: '${envvar:HOME}', args: '${args}' };
    expect(expandCommand(['x', '${args}'], { ...context, assignment }).slice(1)).toEqual([
      '--args=${args}',
      '--evil=${envvar:HOME}',
    ]);
  });
});
