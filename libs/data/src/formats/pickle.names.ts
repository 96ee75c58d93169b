/**
 * The functions that a pickle may name, each done here: numpy's way to write an array (an empty one, then its state),
 * a dtype, a number, and Python 3's way to write bytes for Python 2. Whatever else a pickle names, such as os.system,
 * is refused when it is named, before anything could be called.
 */
import { type NumpyArray, type NumpyType, numpyType } from './numpy.array.ts';
import { pickledText, type PickleValue } from './pickle.value.ts';

/** A function's name: it stands on the stack only to be called. */
export class PickleName {
  constructor(
    readonly name: string,
    readonly callee: Callee,
  ) {}
}

/** A dtype, whose byte order comes after it. */
export class PickleType {
  constructor(public type: NumpyType) {}
}

/** An array, whose state comes after it; the same object all the while, since others may refer to it. */
export class PickledArray implements NumpyArray {
  shape: readonly number[] = [0];
  type: NumpyType = { code: 'u1', bytes: 1, littleEndian: true };
  bytes: Uint8Array = new Uint8Array(0);
}

export type StackValue = PickleValue | PickleName | PickleType;

type Callee = 'reconstruct' | 'ndarray' | 'dtype' | 'scalar' | 'encode';

/** `fail` says where in the file. */
export interface Complaint {
  fail(message: string): never;
}

const KNOWN: Readonly<Record<string, Callee>> = {
  'numpy.core.multiarray._reconstruct': 'reconstruct',
  'numpy._core.multiarray._reconstruct': 'reconstruct',
  'numpy.core.multiarray.scalar': 'scalar',
  'numpy._core.multiarray.scalar': 'scalar',
  'numpy.ndarray': 'ndarray',
  'numpy.dtype': 'dtype',
  '_codecs.encode': 'encode',
};

const MOST_DIMENSIONS = 32;

/** @throws FormatError for a name that is not on the list */
export const nameOf = (at: Complaint, module: string, name: string): PickleName => {
  const full = `${module}.${name}`;
  const callee = Object.hasOwn(KNOWN, full) ? KNOWN[full] : undefined;
  return callee === undefined
    ? at.fail(
        `the pickle names ${JSON.stringify(full.slice(0, 80))}; expected numpy arrays, lists, dicts, texts and numbers only: no code is run`,
      )
    : new PickleName(full, callee);
};

const dtypeOf = (at: Complaint, code: StackValue | undefined): PickleType => {
  const text = pickledText(code as PickleValue);
  const type = text === null ? null : numpyType(text);
  return type === null
    ? at.fail(`numbers of the dtype ${JSON.stringify(text ?? 'unknown')}; expected f4, f8, b1, i or u`)
    : new PickleType(type);
};

const scalarOf = (
  at: Complaint,
  dtype: StackValue | undefined,
  bytes: StackValue | undefined,
): NumpyArray => {
  if (!(dtype instanceof PickleType) || !(bytes instanceof Uint8Array))
    at.fail('a numpy number without its bytes');
  const array = new PickledArray();
  fill(at, array, [], (dtype as PickleType).type, bytes as Uint8Array);
  return array;
};

const encoded = (
  at: Complaint,
  text: StackValue | undefined,
  encoding: StackValue | undefined,
): Uint8Array => {
  const name = pickledText(encoding as PickleValue);
  if (typeof text !== 'string' || (name !== 'latin1' && name !== 'latin-1')) {
    at.fail('an encoding that is not of a text to latin1');
  }
  return Uint8Array.from(Buffer.from(text as string, 'latin1'));
};

/** A call of `callee` with `args`. @throws FormatError */
export const reduce = (at: Complaint, callee: StackValue, args: StackValue): StackValue => {
  if (!(callee instanceof PickleName)) return at.fail('a call of what is no function');
  if (!Array.isArray(args)) return at.fail(`${callee.name} without arguments`);
  const [first, second] = args as StackValue[];
  switch (callee.callee) {
    case 'reconstruct':
      return new PickledArray();
    case 'dtype':
      return dtypeOf(at, first);
    case 'scalar':
      return scalarOf(at, first, second);
    case 'encode':
      return encoded(at, first, second);
    case 'ndarray':
      return at.fail('numpy.ndarray is called; expected numpy.core.multiarray._reconstruct');
  }
};

/** Columns first to rows first. */
const fromFortran = (shape: readonly number[], width: number, bytes: Uint8Array): Uint8Array => {
  const rowMajor = new Uint8Array(bytes.length);
  const count = bytes.length / width;
  for (let row = 0; row < count; row++) {
    let rest = row;
    let at = 0;
    let stride = count;
    for (let d = shape.length - 1; d >= 0; d--) {
      const side = shape[d] as number;
      stride /= side;
      at += (rest % side) * stride;
      rest = Math.floor(rest / side);
    }
    rowMajor.set(bytes.subarray(at * width, (at + 1) * width), row * width);
  }
  return rowMajor;
};

const fill = (
  at: Complaint,
  array: PickledArray,
  shape: readonly unknown[],
  type: NumpyType,
  bytes: Uint8Array,
): void => {
  const sides = shape.filter((side): side is number => Number.isSafeInteger(side) && (side as number) >= 0);
  const expected = sides.reduce((product, side) => product * side, type.bytes);
  if (sides.length !== shape.length || shape.length > MOST_DIMENSIONS || expected !== bytes.length) {
    at.fail(`an array of ${shape.slice(0, 6).join('x')} ${type.code} with ${bytes.length} bytes`);
  }
  Object.assign(array, { shape: sides, type, bytes });
};

const buildArray = (at: Complaint, array: PickledArray, state: readonly StackValue[]): PickledArray => {
  const [, shape, dtype, fortran, bytes] = state;
  if (!Array.isArray(shape) || !(dtype instanceof PickleType))
    return at.fail('the state of an array is incomplete');
  if (!(bytes instanceof Uint8Array)) return at.fail('an array of objects; expected one of numbers');
  fill(at, array, shape, dtype.type, bytes);
  if ((fortran === true || fortran === 1) && array.shape.length > 1) {
    array.bytes = fromFortran(array.shape, array.type.bytes, array.bytes);
  }
  return array;
};

const buildType = (at: Complaint, dtype: PickleType, state: readonly StackValue[]): PickleType => {
  const order = pickledText(state[1] as PickleValue) ?? '';
  if (!['<', '>', '|', '='].includes(order))
    at.fail(`a byte order ${JSON.stringify(order)}; expected <, > or |`);
  dtype.type = { ...dtype.type, littleEndian: order !== '>' };
  return dtype;
};

/** Gives `target` its state, in place. @throws FormatError for anything but an array and a dtype */
export const build = (at: Complaint, target: StackValue, state: StackValue): StackValue => {
  if (!Array.isArray(state)) return at.fail('a state that is no tuple');
  if (target instanceof PickledArray) return buildArray(at, target, state as StackValue[]);
  if (target instanceof PickleType) return buildType(at, target, state as StackValue[]);
  return at.fail('a state for what is no array');
};
