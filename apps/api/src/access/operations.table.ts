/** Who may use which operation: the intent that operations.test.ts holds the schema and the server against. */
export const OPERATIONS: Readonly<Record<string, string>> = {
  'Query.apiKeys': 'EDITOR',
  'Query.project': 'VIEWER',
  'Query.projects': 'VIEWER',
  'Query.server': 'VIEWER AGENT',
  'Query.viewer': 'VIEWER',
  'Mutation.createApiKey': 'EDITOR',
  'Mutation.createProject': 'EDITOR',
  'Mutation.revokeApiKey': 'EDITOR',
};
