/** The bell of this process, one for each live feed; it rings when a change announces work. */
import type { RequestContext } from '../schema/request-context.type.ts';
import { sweepsWithRenders } from '../renders/render.sql.ts';
import { sweepsWithWork } from '../sweeps/sweep.sql.ts';
import { WorkBell } from './work-bell.ts';

type Surroundings = Pick<RequestContext, 'database' | 'live' | 'log'>;

const bells = new WeakMap<RequestContext['live'], WorkBell>();

export function bellOf(surroundings: Surroundings): WorkBell {
  const known = bells.get(surroundings.live);
  if (known !== undefined) return known;
  const { database, live, log } = surroundings;
  const bell = new WorkBell({
    sweepsWithWork: () => sweepsWithWork(database),
    sweepsWithRenders: () => sweepsWithRenders(database),
    onError: (error) => log.warn({ err: error }, 'work could not be looked for'),
  });
  bells.set(live, bell);
  void listen(live, bell).catch((error: unknown) =>
    log.warn({ err: error }, 'the bell no longer hears changes'),
  );
  return bell;
}

/**
 * A run that was given out is no news for those who wait; one that waits again, or has ended and left room, is. So is
 * what a person wants of an agent, and the end of a sweep that agents serve alone.
 */
async function listen(live: RequestContext['live'], bell: WorkBell): Promise<void> {
  const changes = live.subscribe({
    kinds: ['SWEEP', 'RUN', 'RENDER', 'AGENT'],
    filter: ({ kind, detail }) =>
      kind === 'SWEEP' || (kind === 'AGENT' ? detail?.['intent'] === true : detail?.['state'] !== 'RUNNING'),
  });
  for await (const { kind, agentId, sweepId, detail } of changes) {
    const isOver = kind === 'SWEEP' && ['FINISHED', 'CANCELLED'].includes(String(detail?.['state']));
    if (kind === 'AGENT' && agentId !== null) bell.tell(agentId);
    else if (isOver && sweepId !== null) bell.tell(sweepId);
    else bell.ring();
  }
}
