/** What each part is doing, as lines for a person or, with --json, as one object a line for a program. */
export interface Journal {
  say(part: string, text: string, fields?: Record<string, unknown>): void;
}

export const createJournal = (json: boolean, write: (line: string) => void, now: () => Date): Journal => ({
  say(part, text, fields = {}) {
    if (json) return write(JSON.stringify({ at: now().toISOString(), part, text, ...fields }));
    for (const line of text.split('\n')) write(`  ${part.padEnd(10)} ${line}`);
  },
});
