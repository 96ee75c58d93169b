/** Whether the server takes this agent, and how far apart their clocks are. */
import { createApiClient } from '@plumage/api-client';
import { ServerVersionDocument } from '@plumage/api-client/operations';
import type { AgentOptions } from './agent.options.ts';
import { type Finding, ok, wrong, wrongBecause } from './doctor.finding.ts';

/** A Date header counts whole seconds; less than this no log can tell. */
const clocksAgreeMs = 5_000;

/** How far the server's clock is ahead, in ms; undefined where it does not tell. */
export const clockAheadMs = (
  dateHeader: string | null,
  askedAt: number,
  answeredAt: number,
): number | undefined => {
  const theirs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  // The header is cut to the second, so on average the clock showed half a second more.
  return Number.isNaN(theirs) ? undefined : theirs + 500 - (askedAt + answeredAt) / 2;
};

export const clockFinding = (aheadMs: number | undefined): Finding => {
  if (aheadMs === undefined) return ok('clock: the server does not tell its time');
  if (Math.abs(aheadMs) < clocksAgreeMs) return ok('clock: agrees with the server within seconds');
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const text = `clock: ${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} the server`;
  // Leases run by the database's clock alone.
  return ok(
    text,
    'set the clock (timedatectl set-ntp true): no run is harmed, but the times in logs and charts are',
  );
};

const examineClock = async (server: string): Promise<Finding> => {
  const askedAt = Date.now();
  const answer = await fetch(new URL('/health', server), { signal: AbortSignal.timeout(10_000) });
  await answer.arrayBuffer();
  return clockFinding(clockAheadMs(answer.headers.get('date'), askedAt, Date.now()));
};

export const examineServer = async (options: AgentOptions): Promise<Finding[]> => {
  try {
    const client = createApiClient({ url: options.server, key: options.key, retry: { attempts: 1 } });
    const { server } = await client.request(ServerVersionDocument, {});
    return [
      ok(`server: ${options.server} answers (version ${server.version}) and takes the key`),
      await examineClock(options.server).catch((error: unknown) =>
        ok(`clock: not compared (${error instanceof Error ? error.message : String(error)})`),
      ),
    ];
  } catch (error) {
    const { text } = wrongBecause(error);
    return [
      wrong(`server: ${text}`, 'the Settings page of the server shows its address and makes agent keys'),
    ];
  }
};
