/** Why an optional back end could not be installed, for people: npm's own output is a page long. */

/** The sentence that explains why npm failed, from what it printed. */
export function explainFailure(name: string, output: string): string {
  const host = /(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT) ([\w.-]+\.\w+)/.exec(output)?.[1];
  if (host) return `${host} cannot be reached from this machine. Try again where it can, or set a proxy.`;
  if (/node-gyp|node-pre-gyp|gyp ERR/.test(output)) {
    return `${name} has no binary for this Node (${process.version}) and platform, and building it failed.`;
  }
  const line = output.split('\n').findLast((text) => /npm error|Error:/.test(text) && !text.includes('log'));
  return line?.replace(/^npm error /, '') ?? 'npm gave no reason.';
}
