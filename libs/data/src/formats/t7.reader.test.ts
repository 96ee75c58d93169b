import { describe, expect, it } from 'vitest';
import { textOfColumns } from '../sources/icml2016/icml.alphabet.ts';
import { expectOnlyComplaints, golden } from './golden.fixture.ts';
import { t7File } from './t7.fixture.ts';
import { isTorchTensor, readT7, type TorchTable } from './t7.reader.ts';

const i32 = (...values: number[]): number[] => [...new Uint8Array(Int32Array.from(values).buffer)];
const i64 = (...values: number[]): number[] => [
  ...new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer),
];
const text = (value: string): number[] => [...i32(value.length), ...Buffer.from(value)];

describe('a Torch7 file', () => {
  it('of the released features: the picture, the vectors, the characters', () => {
    const table = readT7(golden('features.t7')) as TorchTable;
    expect(table.get('img')).toBe('001.A/one.jpg');
    expect(table.get('txt')).toEqual({
      shape: [2, 4],
      values: Float32Array.from({ length: 8 }, (_, i) => i / 16),
    });
    const chars = table.get('char');
    if (!isTorchTensor(chars)) return expect.fail('no matrix');
    expect(chars.shape).toEqual([201, 2]);
    const column = (at: number) => Array.from({ length: 201 }, (_, row) => chars.values[row * 2 + at] ?? 0);
    expect([0, 1].map((at) => textOfColumns(column(at)))).toEqual(['a red bird', 'it has two wings']);
  });

  it('as our own writer makes it: texts, numbers, booleans, tables in tables', () => {
    const table = readT7(
      t7File({ a: 'x', n: -1.5, b: true, t: { m: { kind: 'Double', shape: [1, 2], values: [1, 2] } } }),
    );
    expect(table).toEqual(
      new Map<string, unknown>([
        ['a', 'x'],
        ['n', -1.5],
        ['b', true],
        ['t', new Map([['m', { shape: [1, 2], values: Float64Array.of(1, 2) }]])],
      ]),
    );
  });

  it('turns a tensor that was stored column by column into rows', () => {
    const bytes = Uint8Array.from([
      ...i32(4, 1),
      ...text('V 1'),
      ...text('torch.IntTensor'),
      ...i32(2),
      ...i64(2, 3, 1, 2, 1),
      ...i32(4, 2),
      ...text('V 1'),
      ...text('torch.IntStorage'),
      ...i64(6),
      ...i32(0, 3, 1, 4, 2, 5),
    ]);
    expect(readT7(bytes)).toEqual({ shape: [2, 3], values: Float64Array.of(0, 1, 2, 3, 4, 5) });
  });

  it.each([
    ['a function', [...i32(8, 1)], /code is not read/],
    [
      'a class of its own',
      [...i32(4, 1), ...text('V 1'), ...text('nn.Sequential')],
      /nn\.Sequential.*expected a tensor/,
    ],
    ['the text form', [...Buffer.from('4\n1\n3\nV 1\n')], /text form/],
    ['a text longer than the file', i32(2, 2 ** 30), /claims 1073741824 bytes/],
    ['a table longer than the file', i32(3, 1, 2 ** 30), /a table claims/],
    [
      'a tensor that reaches beyond its numbers',
      [
        ...i32(4, 1),
        ...text('V 1'),
        ...text('torch.ByteTensor'),
        ...i32(1),
        ...i64(2 ** 40, 0, 1),
        ...i32(4, 2),
        ...text('V 1'),
        ...text('torch.ByteStorage'),
        ...i64(1),
        7,
      ],
      /reaches beyond/,
    ],
    ['tables in tables without end', Array.from({ length: 400 }, (_, i) => i32(3, i + 1, 1)).flat(), /deep/],
  ])('with %s is refused', (_, bytes, complaint) => {
    expect(() => readT7(Uint8Array.from([...bytes, ...Array.from({ length: 64 }, () => 0)]))).toThrow(
      complaint,
    );
  });

  it('damaged in any way is read or complained of', () => {
    expectOnlyComplaints(readT7, golden('features.t7'));
  });
});
