/** The one line that starts an agent against the server at `origin`. */
export const agentCommand = (origin: string, key = 'plu_agent_…'): string =>
  `npm run agent -- --server ${origin} --key ${key}`;
