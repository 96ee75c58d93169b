/**
 * The one place where an error becomes an answer. What is not an ApiError is a fault of the server: it is logged
 * whole under the request's id, and the caller sees the code INTERNAL and that id, never a message or a stack.
 */
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { type ErrorCode, errorCodePolicies } from '@plumage/contract';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { Prisma } from '../generated/prisma/client.ts';
import { ApiError, BadInputError, ConflictError, NotFoundError, UnavailableError } from './api.error.ts';
import { isDatabaseGone } from './database-gone.rule.ts';

/** Apollo's own codes for requests that do not parse, validate or fit their variables. */
const REQUEST_CODES: ReadonlySet<string> = new Set(Object.values(ApolloServerErrorCode));

export interface MappedError {
  readonly code: ErrorCode;
  readonly httpStatus: number;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** @param log gets the whole error when it is a fault of the server. */
export function mapError(thrown: unknown, requestId: string, log: Logger): MappedError {
  const error = known(thrown);
  if (error !== null) {
    const { httpStatus } = errorCodePolicies[error.code];
    return { code: error.code, httpStatus, message: error.message, details: error.details };
  }
  log.error({ err: thrown, requestId }, 'fault');
  return {
    code: 'INTERNAL',
    httpStatus: 500,
    message: `The server failed. Its log has more under the request id ${requestId}.`,
    details: { requestId },
  };
}

/** Apollo's formatError, bound to one server's log; extensions are { code, ...details }. @param requestOf ids by error. */
export function graphqlErrorFormatter(log: Logger, requestOf: WeakMap<object, string>) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const code = formatted.extensions?.['code'];
    const original = thrown instanceof GraphQLError ? thrown.originalError : thrown;
    const isRequestError = !original || original instanceof GraphQLError;
    if (
      isRequestError &&
      typeof code === 'string' &&
      code !== 'INTERNAL_SERVER_ERROR' &&
      REQUEST_CODES.has(code)
    ) {
      return { ...formatted, extensions: { code: 'BAD_INPUT', reason: code } };
    }
    const requestId = requestOf.get(thrown as object) ?? 'unknown';
    const mapped = mapError(original ?? thrown, requestId, log);
    return { ...formatted, message: mapped.message, extensions: { code: mapped.code, ...mapped.details } };
  };
}

function known(thrown: unknown): ApiError | null {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof Prisma.PrismaClientKnownRequestError) {
    if (thrown.code === 'P2023' || thrown.code === 'P2007')
      return new BadInputError('id', '…', 'an id of this server');
    if (thrown.code === 'P2025') return new NotFoundError('record', String(thrown.meta?.['modelName'] ?? ''));
    if (thrown.code === 'P2002') return new ConflictError('That name or number is taken.');
  }
  return isDatabaseGone(thrown) ? databaseGone() : null;
}

function databaseGone(): ApiError {
  return new UnavailableError('The database cannot be reached right now.');
}
