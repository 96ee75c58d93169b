import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Prisma } from '../generated/prisma/client.ts';
import { mapError } from './error-map.ts';

const prisma = (code: string, cause: object) =>
  new Prisma.PrismaClientKnownRequestError('Invalid invocation', {
    ...{ code, clientVersion: '7' },
    meta: { driverAdapterError: { name: 'DriverAdapterError', cause } },
  });
const codeOf = (error: unknown) => mapError(error, 'id', pino({ level: 'silent' })).code;

describe('what the database says while it is killed and comes back', () => {
  it.each([
    ['starting up, in a model query', prisma('P2039', { kind: 'postgres', originalCode: '57P03' })],
    ['recovering, in a raw query', prisma('P2010', { kind: 'postgres', originalCode: '57P03' })],
    ['its postmaster gone', prisma('P2039', { kind: 'postgres', originalCode: '57P01' })],
    ['a crashed neighbour', prisma('P2010', { kind: 'postgres', originalCode: '57P02' })],
    ['not listening', prisma('P2010', { kind: 'DatabaseNotReachable', host: '127.0.0.1' })],
    ['closed', prisma('P2010', { kind: 'ConnectionClosed' })],
    ['cut, by the driver', new Error('Connection terminated unexpectedly')],
    [
      'cut before, by the driver',
      new Error('Client has encountered a connection error and is not queryable'),
    ],
    ['refused, by the system', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ])('is UNAVAILABLE, so that callers come again: %s', (_, error) => {
    expect(codeOf(error)).toBe('UNAVAILABLE');
  });

  it.each([
    ['a mistake in a statement', prisma('P2010', { kind: 'postgres', originalCode: '42703' })],
    ['any other error', new Error('something else')],
    ['nothing', undefined],
  ])('does not hide a fault of ours: %s', (_, error) => {
    expect(codeOf(error)).toBe('INTERNAL');
  });
});
