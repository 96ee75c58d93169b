/** Pickles as Python 2 and numpy wrote StackGAN's files: protocol 2, texts as bytes, arrays by _reconstruct. For tests only. */
export type Picklable = number | string | null | NumpyLike | readonly Picklable[];

export interface NumpyLike {
  code: 'u1' | 'f4';
  shape: readonly number[];
  values: readonly number[];
}

const u32 = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];

/** `c`: a name in a module. */
export const globalName = (module: string, name: string): number[] => [
  0x63,
  ...Buffer.from(`${module}\n${name}\n`),
];

const shortText = (value: string): number[] => [0x55, value.length, ...Buffer.from(value, 'latin1')];

const integer = (value: number): number[] => [0x4a, ...new Uint8Array(Int32Array.of(value).buffer)];

const dtype = (code: string): number[] => [
  ...globalName('numpy', 'dtype'),
  ...shortText(code),
  ...integer(0),
  ...integer(1),
  0x87,
  0x52,
  0x28,
  ...integer(3),
  ...shortText(code === 'u1' ? '|' : '<'),
  0x4e,
  0x4e,
  0x4e,
  ...integer(-1),
  ...integer(-1),
  ...integer(0),
  0x74,
  0x62,
];

const bytesOf = ({ code, values }: NumpyLike): Uint8Array =>
  code === 'u1' ? Uint8Array.from(values) : new Uint8Array(Float32Array.from(values).buffer);

const array = (value: NumpyLike): number[] => {
  const bytes = bytesOf(value);
  return [
    ...globalName('numpy.core.multiarray', '_reconstruct'),
    ...globalName('numpy', 'ndarray'),
    ...integer(0),
    0x85,
    ...shortText('b'),
    0x87,
    0x52,
    0x28,
    ...integer(1),
    0x28,
    ...value.shape.flatMap(integer),
    0x74,
    ...dtype(value.code),
    0x89,
    0x54,
    ...u32(bytes.length),
    ...bytes,
    0x74,
    0x62,
  ];
};

const isArray = (value: Picklable): value is NumpyLike =>
  typeof value === 'object' && value !== null && 'code' in value;

const write = (value: Picklable): number[] => {
  if (value === null) return [0x4e];
  if (typeof value === 'number') return integer(value);
  if (typeof value === 'string') return shortText(value);
  if (isArray(value)) return array(value);
  return [0x5d, 0x28, ...value.flatMap(write), 0x65];
};

export const pickleFile = (value: Picklable): Uint8Array => Uint8Array.from([0x80, 2, ...write(value), 0x2e]);
