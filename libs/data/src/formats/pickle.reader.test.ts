import { describe, expect, it } from 'vitest';
import { expectOnlyComplaints, golden } from './golden.fixture.ts';
import { type NumpyArray, numbersOf } from './numpy.array.ts';
import { globalName, pickleFile } from './pickle.fixture.ts';
import { readPickle } from './pickle.reader.ts';
import { pickledText, type PickleValue } from './pickle.value.ts';

const protocols = [0, 1, 2, 3, 4];

const readGolden = (protocol: number): Map<string, PickleValue> =>
  readPickle(golden(`arrays.p${protocol}.pickle`)) as Map<string, PickleValue>;

const ascii = (text: string): number[] => [...Buffer.from(text)];

describe.each(protocols)('a pickle of protocol %i, as numpy and Python 3 write it', (protocol) => {
  it('is lists, dicts, texts and numbers', () => {
    const value = readGolden(protocol);
    expect((value.get('names') as PickleValue[]).map(pickledText)).toEqual(['001.A/one', 'zwei ü']);
    expect(value.get('numbers')).toEqual([1, -2, 70000, 2 ** 40, 2n ** 70n, 0.5, true, null]);
  });

  it('holds arrays in any order of bytes and axes', () => {
    const value = readGolden(protocol);
    const array = (key: string) => value.get(key) as NumpyArray;
    const images = value.get('images') as NumpyArray[];
    expect(images.map(({ shape, type }) => [shape, type.code])).toEqual([
      [[2, 2, 3], 'u1'],
      [[2, 2, 3], 'u1'],
    ]);
    expect([...(images[1]?.bytes ?? [])]).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(array('embeddings').shape).toEqual([1, 2, 3]);
    expect([...numbersOf(array('embeddings'))]).toEqual([0, 1, 2, 3, 4, 5].map((i) => i / 8));
    expect([...numbersOf(array('columns'))]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...numbersOf(array('big_endian'))]).toEqual([0, 1, 2]);
    expect([...numbersOf(array('scalar'))]).toEqual([2.5]);
    expect(value.get('again')).toBe(images[0]);
  });

  it('damaged in any way is read or complained of', () => {
    expectOnlyComplaints(readPickle, golden(`arrays.p${protocol}.pickle`));
  });
});

it('a pickle as Python 2 wrote it: texts are bytes', () => {
  const value = readPickle(
    pickleFile(['002.Laysan_Albatross/x', 7, { code: 'f4', shape: [2], values: [0.5, 1] }]),
  );
  const [name, number, array] = value as [PickleValue, number, NumpyArray];
  expect(pickledText(name)).toBe('002.Laysan_Albatross/x');
  expect(number).toBe(7);
  expect([...numbersOf(array)]).toEqual([0.5, 1]);
});

describe('a pickle that would run code', () => {
  it.each([
    [
      'os.system by name',
      [...globalName('os', 'system'), ...ascii("S'true'\n"), 0x85, 0x52, 0x2e],
      'os.system',
    ],
    ['posix.system', [...globalName('posix', 'system'), 0x2e], 'posix.system'],
    [
      'eval from the stack',
      [0x80, 4, 0x8c, 8, ...ascii('builtins'), 0x8c, 4, ...ascii('eval'), 0x93, 0x2e],
      'builtins.eval',
    ],
    [
      'a name like an object’s own',
      [...globalName('__proto__', 'constructor'), 0x2e],
      '__proto__.constructor',
    ],
    ['an instance (i)', [0x28, ...ascii('ios\nsystem\n'), 0x2e], 'opcode 0x69'],
    ['an object (o)', [0x28, ...globalName('numpy', 'dtype'), 0x6f, 0x2e], 'opcode 0x6f'],
    ['a new object', [...globalName('numpy', 'dtype'), 0x29, 0x81, 0x2e], 'opcode 0x81'],
    ['an extension code', [0x82, 1, 0x2e], 'opcode 0x82'],
    ['a persistent id', [...ascii('Px\n'), 0x2e], 'opcode 0x50'],
    ['protocol 5', [0x80, 5, 0x4e, 0x2e], 'protocol 5'],
  ])('%s is refused', (_, bytes, named) => {
    expect(() => readPickle(Uint8Array.from(bytes))).toThrow(named);
  });

  it.each([
    ['a name as the result', [...globalName('numpy', 'dtype'), 0x2e]],
    ['a name in a tuple', [...globalName('numpy', 'dtype'), 0x85, 0x2e]],
    ['a name in a list', [0x5d, ...globalName('numpy', 'dtype'), 0x61, 0x2e]],
    ['a name as a key', [0x7d, ...globalName('numpy', 'dtype'), 0x4e, 0x73, 0x2e]],
  ])('%s is no data', (_, bytes) => {
    expect(() => readPickle(Uint8Array.from(bytes))).toThrow();
  });

  it('a list that holds itself is read and not followed for ever', () => {
    const list = readPickle(Uint8Array.from([0x5d, 0x71, 0, 0x68, 0, 0x61, 0x2e])) as PickleValue[];
    expect(list[0]).toBe(list);
  });
});
