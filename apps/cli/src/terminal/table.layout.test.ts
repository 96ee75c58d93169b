import { describe, expect, it } from 'vitest';
import { paintFor } from './paint.ts';
import { layoutFacts, layoutTable } from './table.layout.ts';
import { textWidth } from './text.width.ts';

const plain = paintFor(false, {});
const columns = [
  { title: 'name', shrink: true },
  { title: 'step', align: 'right' },
  { title: 'state' },
] as const;

describe('a table', () => {
  it('is aligned, with numbers to the right and no space at the ends of lines', () => {
    const table = layoutTable(
      columns,
      [
        ['quickstart', '1200', 'running'],
        ['b', '3', null],
      ],
      plain,
      undefined,
    );
    expect(table).toBe(
      ['NAME        STEP  STATE', 'quickstart  1200  running', 'b              3  -'].join('\n'),
    );
  });

  it('is never cut in a pipe, and keeps to the width of a terminal', () => {
    const rows = [['a sweep with quite a long name', '1', 'running']];
    expect(layoutTable(columns, rows, plain, undefined)).toContain('a sweep with quite a long name');
    const lines = layoutTable(columns, rows, plain, 30).split('\n');
    expect(lines.map(textWidth)).toEqual([28, 30]);
    expect(lines[1]).toBe('a sweep with q…     1  running');
  });

  it('stays aligned when cells are wide: emoji and CJK take two', () => {
    const table = layoutTable(
      columns,
      [
        ['🍅 tomato', '1', 'x'],
        ['赤い鳥', '2', 'y'],
      ],
      plain,
      undefined,
    );
    const [, tomato = '', bird = ''] = table.split('\n');
    expect(textWidth(tomato)).toBe(textWidth(bird));
  });

  it('passes no control character on: a name cannot steer the terminal', () => {
    const table = layoutTable([{ title: 'name' }], [['a\u001b[2Jb\u202ec\nd']], plain, undefined);
    expect(table).toBe('NAME\na\uFFFD[2Jb\uFFFDc d');
  });

  it('is painted on a terminal, and its alignment is that of the plain one', () => {
    const rows = [[{ text: 'a', tone: 'good' }, '1', 'x']] as const;
    const painted = layoutTable(columns, rows, paintFor(true, {}), 80);
    expect(painted).toContain('\u001b[32ma\u001b[39m');
    expect(painted.replaceAll(/\u001b\[\d+m/g, '')).toBe(layoutTable(columns, rows, plain, 80));
  });
});

describe('paint', () => {
  it('is left out in a pipe, under NO_COLOR and on a dumb terminal', () => {
    for (const paint of [
      paintFor(false, {}),
      paintFor(true, { NO_COLOR: '1' }),
      paintFor(true, { TERM: 'dumb' }),
    ]) {
      expect(paint('bad', 'text')).toBe('text');
    }
    expect(paintFor(true, { NO_COLOR: '' })('bad', 'text')).toBe('\u001b[31mtext\u001b[39m');
  });
});

describe('facts', () => {
  it('leave out what is not known', () => {
    expect(
      layoutFacts(
        [
          ['name', 'x'],
          ['finished', null],
          ['id', '7'],
        ],
        plain,
      ),
    ).toBe('name  x\nid    7');
  });
});
