/** The client of the graph; the typed documents themselves are '@plumage/api-client/operations'. */
export { type ApiClient, type ApiClientOptions, createApiClient, type RequestOptions } from './api.client.ts';
export { ApiError, ApiUnreachable, BlobMismatch } from './api.error.ts';
export type { BlobOptions } from './blob.client.ts';
export { digestBytes, digestFile } from './blob.digest.ts';
export { defaultRetry, type RetryPolicy, retryDelayMs } from './retry.policy.ts';
