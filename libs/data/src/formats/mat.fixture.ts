/** A MAT file of Level 5 with one row of doubles. For tests only. */
import { deflateSync } from 'node:zlib';

const element = (type: number, body: Buffer): Buffer => {
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(type, 0);
  tag.writeUInt32LE(body.length, 4);
  const padding = Buffer.alloc((8 - (body.length % 8)) % 8);
  return Buffer.concat([tag, body, ...(type === 15 ? [] : [padding])]);
};

const numbers = (values: readonly number[]): Buffer => Buffer.from(Float64Array.from(values).buffer);

export const matFile = (name: string, values: readonly number[], compressed: boolean): Uint8Array => {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file, written by a test');
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126);
  const matrix = element(
    14,
    Buffer.concat([
      element(6, Buffer.from(Uint32Array.of(6, 0).buffer)),
      element(5, Buffer.from(Int32Array.of(1, values.length).buffer)),
      element(1, Buffer.from(name)),
      element(9, numbers(values)),
    ]),
  );
  return new Uint8Array(Buffer.concat([header, compressed ? element(15, deflateSync(matrix)) : matrix]));
};
