/**
 * Python's pickles, as data and nothing else. Unpickling is a program for a stack machine that may call any function
 * of the machine that it runs on; this one knows the opcodes that build values (protocols 0 to 4, CPython
 * Lib/pickletools.py) and, of all functions, the few that make numpy arrays. Every other name is refused unread.
 *
 * What becomes what: None null; lists and tuples arrays; dicts Maps (with texts for keys); Python 2's str, which may
 * be bytes or text, Uint8Array (see pickledText); integers beyond 2^53 bigint; arrays and numpy numbers NumpyArray.
 */
import { ByteCursor } from './byte.cursor.ts';
import { build, nameOf, PickleName, PickleType, reduce, type StackValue } from './pickle.names.ts';
import { pythonText } from './pickle.text.ts';
import type { PickleKey, PickleValue } from './pickle.value.ts';

/** The bytes of an integer that is still one; CPython writes none longer than its value needs. */
const MOST_INTEGER_BYTES = 64;
/** Protocol 0 writes texts in a line, a 76x76 picture in 60 kB. */
const LONGEST_LINE = 64 * 2 ** 20;
const STOP = 0x2e;

const integerOf = (bytes: Uint8Array): number | bigint => {
  let value = 0n;
  bytes.forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)));
  value = BigInt.asIntN(8 * bytes.length, value);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
};

class PickleMachine {
  private stack: StackValue[] = [];
  private readonly marks: StackValue[][] = [];
  private readonly memo = new Map<number, StackValue>();

  constructor(private readonly cursor: ByteCursor) {}

  run(): PickleValue {
    for (;;) {
      const at = this.cursor.at;
      const opcode = this.cursor.u8('an opcode');
      if (opcode === STOP) return this.checked(this.pop());
      const step = STEPS[opcode];
      if (step === undefined) {
        this.cursor.at = at;
        this.cursor.fail(
          `opcode 0x${opcode.toString(16)}; expected one that builds data, of protocols 0 to 4`,
        );
      }
      step(this, this.cursor);
    }
  }

  fail(message: string): never {
    return this.cursor.fail(message);
  }

  push(value: StackValue): void {
    this.stack.push(value);
  }

  pop(): StackValue {
    const value = this.stack.pop();
    return value === undefined ? this.fail('the stack is empty; expected a value') : value;
  }

  top(): StackValue {
    const value = this.stack.at(-1);
    return value === undefined ? this.fail('the stack is empty; expected a value') : value;
  }

  /** A name is for calling and no value. */
  value(value: StackValue, what: string): PickleValue {
    if (value instanceof PickleName) return this.fail(`${what} is the name ${value.name}; expected data`);
    return value instanceof PickleType ? this.fail(`${what} is a dtype; expected data`) : value;
  }

  /** The result, in which no name and no dtype may be left over, however deep. */
  private checked(result: StackValue): PickleValue {
    const seen = new Set<StackValue>();
    const open: StackValue[] = [result];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      if (typeof value !== 'object' || value === null || seen.has(value)) continue;
      seen.add(value);
      this.value(value, 'a part of the result');
      if (Array.isArray(value)) for (const element of value) open.push(element);
      if (value instanceof Map) for (const element of value.values()) open.push(element);
    }
    return result as PickleValue;
  }

  /** A tuple may be arguments, which names and dtypes may be among; the whole is looked at in the end. */
  tuple(values: readonly StackValue[]): void {
    this.push(values as PickleValue[]);
  }

  mark(): void {
    this.marks.push(this.stack);
    this.stack = [];
  }

  popMark(): StackValue[] {
    const since = this.stack;
    this.stack = this.marks.pop() ?? this.fail('a mark is missing');
    return since;
  }

  popMany(count: number): StackValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  put(index: number): void {
    this.memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.memo.size);
  }

  get(index: number): void {
    const value = this.memo.get(index);
    this.push(value === undefined ? this.fail(`memo ${index} is empty; expected a value`) : value);
  }

  append(values: readonly StackValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) this.fail('an append to what is no list');
    for (const value of values) (list as PickleValue[]).push(this.value(value, 'an element'));
  }

  setItems(pairs: readonly StackValue[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || pairs.length % 2 !== 0) return this.fail('pairs for what is no dict');
    for (let i = 0; i < pairs.length; i += 2) {
      dict.set(this.key(pairs[i] as StackValue), this.value(pairs[i + 1] as StackValue, 'a value of a dict'));
    }
  }

  private key(value: StackValue): PickleKey {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
    if (typeof value === 'object' && value !== null) return this.fail('a key that is no text or number');
    return value as PickleKey;
  }

  /** A line without its end, which protocol 0 writes numbers and names in. */
  line(what: string): string {
    const { bytes, at } = this.cursor;
    const end = bytes.indexOf(0x0a, at);
    if (end < 0 || end - at > LONGEST_LINE) this.fail(`${what} does not end`);
    const text = Buffer.from(this.cursor.take(end - at, what)).toString('latin1');
    this.cursor.at++;
    return text;
  }

  whole(what: string): number {
    const text = this.line(what);
    const value = Number(text);
    return /^-?\d{1,20}$/.test(text) && Number.isSafeInteger(value)
      ? value
      : this.fail(`${what} is ${JSON.stringify(text.slice(0, 40))}`);
  }

  /** An integer in a line: `5`, `01` for True, `5L`. */
  integer(): PickleValue {
    const text = this.line('an integer');
    if (text === '00' || text === '01') return text === '01';
    const digits = text.endsWith('L') ? text.slice(0, -1) : text;
    if (!/^-?\d{1,150}$/.test(digits)) return this.fail(`an integer is ${JSON.stringify(text.slice(0, 40))}`);
    const value = Number(digits);
    return Number.isSafeInteger(value) ? value : BigInt(digits);
  }

  float(): number {
    const text = this.line('a number');
    const value = text === 'nan' ? Number.NaN : Number(text.replace(/^(-?)inf$/, '$1Infinity'));
    if (text.trim() === '' || (Number.isNaN(value) && text !== 'nan')) {
      this.fail(`a number is ${JSON.stringify(text.slice(0, 40))}`);
    }
    return value;
  }

  long(bytes: number): number | bigint {
    if (bytes < 0 || bytes > MOST_INTEGER_BYTES) this.fail(`an integer claims ${bytes} bytes`);
    return integerOf(this.cursor.take(bytes, 'an integer'));
  }

  text(length: number): string {
    return Buffer.from(this.cursor.take(length, 'a text')).toString('utf8');
  }
}

type Step = (machine: PickleMachine, cursor: ByteCursor) => void;

/** By opcode, in the order of pickletools. */
const STEPS: Readonly<Record<number, Step>> = {
  /* ( */ 0x28: (m) => m.mark(),
  /* 0 */ 0x30: (m) => void m.pop(),
  /* 1 */ 0x31: (m) => void m.popMark(),
  /* 2 */ 0x32: (m) => m.push(m.top()),
  /* F */ 0x46: (m) => m.push(m.float()),
  /* I */ 0x49: (m) => m.push(m.integer()),
  /* L */ 0x4c: (m) => m.push(m.integer()),
  /* J */ 0x4a: (m, c) => m.push(c.i32('an integer')),
  /* K */ 0x4b: (m, c) => m.push(c.u8('an integer')),
  /* M */ 0x4d: (m, c) => m.push(c.u16('an integer')),
  /* LONG1 */ 0x8a: (m, c) => m.push(m.long(c.u8("an integer's length"))),
  /* LONG4 */ 0x8b: (m, c) => m.push(m.long(c.i32("an integer's length"))),
  /* G */ 0x47: (m, c) => m.push(c.f64('a number', false)),
  /* N */ 0x4e: (m) => m.push(null),
  /* NEWTRUE */ 0x88: (m) => m.push(true),
  /* NEWFALSE */ 0x89: (m) => m.push(false),
  /* S */ 0x53: (m) => m.push(pythonText(m.line('a text')) ?? m.fail('a text without its quotes')),
  /* T */ 0x54: (m, c) => m.push(c.take(c.i32("a text's length"), 'a text')),
  /* U */ 0x55: (m, c) => m.push(c.take(c.u8("a text's length"), 'a text')),
  /* V */ 0x56: (m) =>
    m.push(
      m
        .line('a text')
        .replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short: string, long: string) => {
          const point = Number.parseInt(short ?? long, 16);
          return point <= 0x10ffff ? String.fromCodePoint(point) : m.fail('a character beyond Unicode');
        }),
    ),
  /* X */ 0x58: (m, c) => m.push(m.text(c.u32("a text's length"))),
  /* SHORT_BINUNICODE */ 0x8c: (m, c) => m.push(m.text(c.u8("a text's length"))),
  /* BINUNICODE8 */ 0x8d: (m, c) => m.push(m.text(c.i64("a text's length"))),
  /* B */ 0x42: (m, c) => m.push(c.take(c.u32('a length'), 'bytes')),
  /* C */ 0x43: (m, c) => m.push(c.take(c.u8('a length'), 'bytes')),
  /* BINBYTES8 */ 0x8e: (m, c) => m.push(c.take(c.i64('a length'), 'bytes')),
  /* a */ 0x61: (m) => m.append([m.pop()]),
  /* e */ 0x65: (m) => m.append(m.popMark()),
  /* l */ 0x6c: (m) => m.tuple(m.popMark()),
  /* ] */ 0x5d: (m) => m.push([]),
  /* t */ 0x74: (m) => m.tuple(m.popMark()),
  /* ) */ 0x29: (m) => m.push([]),
  /* TUPLE1-3 */ 0x85: (m) => m.tuple(m.popMany(1)),
  0x86: (m) => m.tuple(m.popMany(2)),
  0x87: (m) => m.tuple(m.popMany(3)),
  /* d */ 0x64: (m) => {
    const pairs = m.popMark();
    m.push(new Map());
    m.setItems(pairs);
  },
  /* } */ 0x7d: (m) => m.push(new Map()),
  /* s */ 0x73: (m) => m.setItems(m.popMany(2)),
  /* u */ 0x75: (m) => m.setItems(m.popMark()),
  /* p */ 0x70: (m) => m.put(m.whole('a memo index')),
  /* q */ 0x71: (m, c) => m.put(c.u8('a memo index')),
  /* r */ 0x72: (m, c) => m.put(c.u32('a memo index')),
  /* MEMOIZE */ 0x94: (m) => m.memoize(),
  /* g */ 0x67: (m) => m.get(m.whole('a memo index')),
  /* h */ 0x68: (m, c) => m.get(c.u8('a memo index')),
  /* j */ 0x6a: (m, c) => m.get(c.u32('a memo index')),
  /* c */ 0x63: (m) => m.push(nameOf(m, m.line('a module'), m.line('a name'))),
  /* STACK_GLOBAL */ 0x93: (m) => {
    const [module, name] = m.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string') return m.fail('a name that is no text');
    m.push(nameOf(m, module, name));
  },
  /* R */ 0x52: (m) => {
    const [callee, args] = m.popMany(2);
    m.push(reduce(m, callee as StackValue, args as StackValue));
  },
  /* b */ 0x62: (m) => {
    const state = m.pop();
    m.push(build(m, m.pop(), state));
  },
  /* PROTO */ 0x80: (m, c) => {
    const protocol = c.u8('the protocol');
    if (protocol > 4) m.fail(`protocol ${protocol}; expected 0 to 4`);
  },
  /* FRAME */ 0x95: (_, c) => void c.i64("a frame's length"),
};

/**
 * The one object of a pickle. @throws FormatError for damage, a name that is not on the list, protocol 5
 */
export const readPickle = (bytes: Uint8Array): PickleValue => new PickleMachine(new ByteCursor(bytes)).run();
