/** Torch7's writeObject in its binary form (torch/File.lua), for tables of texts, numbers and matrices. For tests only. */
export interface Matrix {
  kind: 'Float' | 'Double' | 'Byte';
  shape: readonly number[];
  values: readonly number[];
}

export type Writable = string | number | boolean | Matrix | { readonly [key: string]: Writable };

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};

const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
};

const text = (value: string): Buffer => Buffer.concat([int(Buffer.byteLength(value)), Buffer.from(value)]);

const isMatrix = (value: object): value is Matrix => 'kind' in value && 'values' in value;

const stored = ({ kind, values }: Matrix): Uint8Array => {
  if (kind === 'Byte') return Uint8Array.from(values);
  const numbers = kind === 'Float' ? Float32Array.from(values) : Float64Array.from(values);
  return new Uint8Array(numbers.buffer);
};

export const t7File = (root: Writable): Uint8Array => {
  let index = 0;
  const head = (name: string): Buffer[] => [int(4), int(++index), text('V 1'), text(`torch.${name}`)];

  const matrix = (value: Matrix): Buffer[] => {
    const strides = value.shape.map((_, d) => value.shape.slice(d + 1).reduce((a, b) => a * b, 1));
    return [
      ...head(`${value.kind}Tensor`),
      int(value.shape.length),
      ...value.shape.map(long),
      ...strides.map(long),
      long(1),
      ...head(`${value.kind}Storage`),
      long(value.values.length),
      Buffer.from(stored(value)),
    ];
  };

  const write = (value: Writable): Buffer[] => {
    if (typeof value === 'string') return [int(2), text(value)];
    if (typeof value === 'number') return [int(1), Buffer.from(Float64Array.of(value).buffer)];
    if (typeof value === 'boolean') return [int(5), int(value ? 1 : 0)];
    if (isMatrix(value)) return matrix(value);
    const pairs = Object.entries(value);
    return [
      int(3),
      int(++index),
      int(pairs.length),
      ...pairs.flatMap(([key, one]) => [...write(key), ...write(one)]),
    ];
  };
  return new Uint8Array(Buffer.concat(write(root)));
};
