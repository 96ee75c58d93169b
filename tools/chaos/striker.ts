/** Carries a planned kill out on whoever lives at that moment. */
import type { AgentSeat } from './agent.seat.ts';
import type { ChaosPostgres } from './chaos.postgres.ts';
import type { Fleet } from './fleet.ts';
import type { PlannedKill } from './kill.plan.ts';
import { sendSignal } from './process.list.ts';
import type { ServiceProcess } from './service.process.ts';

/** Children that stand still, until they are woken. */
const stillChildren = new Set<number>();

const pickOf = <T>(candidates: readonly T[], pick: number): T | undefined =>
  candidates[pick % Math.max(1, candidates.length)];

const alive = (services: readonly ServiceProcess[]): ServiceProcess[] =>
  services.filter(({ pid }) => pid !== undefined);

const awake = (services: readonly ServiceProcess[]): ServiceProcess[] =>
  alive(services).filter(({ suspended }) => !suspended);

const strikeService = (
  service: ServiceProcess | undefined,
  signal: NodeJS.Signals,
  awayMs: number,
): string | undefined =>
  service?.strike(signal, awayMs) ? `${signal} ${service.name}, back in ${awayMs} ms` : undefined;

const suspendService = (service: ServiceProcess | undefined, forMs: number): string | undefined =>
  service?.suspend(forMs) ? `SIGSTOP ${service.name} for ${forMs} ms` : undefined;

const strikeAgent = (
  seats: readonly AgentSeat[],
  signal: NodeJS.Signals,
  kill: PlannedKill,
): string | undefined => {
  const living = seats.filter(({ process }) => process.pid !== undefined);
  const seat = pickOf(living, kill.pick);
  const done = strikeService(seat?.process, signal, kill.forMs);
  if (done === undefined || !kill.elsewhere) return done;
  seat?.move();
  return `${done} in another work folder`;
};

const suspendChild = (pid: number | undefined, forMs: number): string | undefined => {
  if (pid === undefined || !sendSignal(pid, 'SIGSTOP')) return undefined;
  stillChildren.add(pid);
  setTimeout(() => {
    stillChildren.delete(pid);
    sendSignal(pid, 'SIGCONT');
  }, forMs);
  return `SIGSTOP training process ${pid} for ${forMs} ms`;
};

/** @returns what was done, in words; undefined when nobody of the kind could be struck just now */
export const strike = (fleet: Fleet, postgres: ChaosPostgres, kill: PlannedKill): string | undefined => {
  const { agents, apis } = fleet;
  const { kind, pick, forMs } = kill;
  switch (kind) {
    case 'agent-kill':
      return strikeAgent(agents, 'SIGKILL', kill);
    case 'agent-terminate':
      return strikeAgent(agents, 'SIGTERM', kill);
    case 'agent-suspend':
      return suspendService(pickOf(awake(agents.map(({ process }) => process)), pick), forMs);
    case 'child-kill': {
      const pid = pickOf(
        agents.flatMap((seat) => seat.children()),
        pick,
      );
      return pid !== undefined && sendSignal(pid, 'SIGKILL') ? `SIGKILL training process ${pid}` : undefined;
    }
    case 'child-suspend': {
      const awakeChildren = agents
        .flatMap((seat) => seat.children())
        .filter((pid) => !stillChildren.has(pid));
      return suspendChild(pickOf(awakeChildren, pick), forMs);
    }
    case 'api-kill':
      return strikeService(pickOf(alive(apis), pick), 'SIGKILL', forMs);
    case 'api-terminate':
      return strikeService(pickOf(alive(apis), pick), 'SIGTERM', forMs);
    case 'api-suspend':
      return suspendService(pickOf(awake(apis), pick), forMs);
    case 'postgres-kill':
      return postgres.kill(forMs) ? `SIGKILL Postgres, back in ${forMs} ms` : undefined;
    case 'postgres-suspend':
      return postgres.suspend(forMs) ? `SIGSTOP Postgres for ${forMs} ms` : undefined;
    case 'backend-kill':
      return postgres.killBackend(pick) ? 'SIGKILL one process of Postgres' : undefined;
  }
};
