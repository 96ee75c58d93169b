/**
 * Turns an answer that is not what was asked for into an ApiError whose message says what happened: the graph's own
 * errors, a plain route's JSON {code, message}, or, for anything else, that this may not be a Plumage server.
 */
import { ApiError } from './api.error.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const codeForStatus = (status: number): string => {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 413) return 'PAYLOAD_TOO_LARGE';
  return 'UNEXPECTED_ANSWER';
};

const pathText = (path: unknown): string => {
  if (typeof path === 'string') return path;
  return Array.isArray(path) ? path.join('.') : '';
};

/** The error of a GraphQL answer's first entry in `errors`. */
export const graphqlRefusal = (errors: readonly unknown[], status: number): ApiError => {
  const first = isRecord(errors[0]) ? errors[0] : {};
  const extensions = isRecord(first['extensions']) ? first['extensions'] : {};
  const code = typeof extensions['code'] === 'string' ? extensions['code'] : codeForStatus(status);
  const message = typeof first['message'] === 'string' ? first['message'] : `The API answered ${status}.`;
  const path = pathText(extensions['path']) || pathText(first['path']);
  return new ApiError(message, { code, status, path, extensions });
};

/** The error of a response that is not ok. Reads its body. */
export const readRefusal = async (response: Response): Promise<ApiError> => {
  const text = await response.text();
  const body = parseJson(text);
  const { status } = response;
  if (isRecord(body) && Array.isArray(body['errors'])) return graphqlRefusal(body['errors'], status);
  const nested = isRecord(body) && isRecord(body['error']) ? body['error'] : body;
  if (isRecord(nested) && typeof nested['message'] === 'string') {
    const code = typeof nested['code'] === 'string' ? nested['code'] : codeForStatus(status);
    return new ApiError(nested['message'], {
      code,
      status,
      path: pathText(nested['path']),
      extensions: nested,
    });
  }
  return unexpectedAnswer(response, text);
};

/** An answer that no Plumage server gives. */
export const unexpectedAnswer = (response: Response, text: string): ApiError => {
  const type = response.headers.get('content-type') ?? 'no content type';
  const start = text.trim().slice(0, 80).replaceAll(/\s+/g, ' ');
  const message =
    `${new URL(response.url).origin} answered ${response.status} (${type}) where JSON of the Plumage API was expected` +
    `${start === '' ? '' : `; it begins "${start}"`}. Is this the address of a Plumage server?`;
  return new ApiError(message, {
    code: 'UNEXPECTED_ANSWER',
    status: response.status,
    path: '',
    extensions: {},
  });
};

/** The value, or undefined when the text is no JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
