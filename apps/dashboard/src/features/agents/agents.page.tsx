'use client';
/** Every agent and each of its slots: what it trains, on what, how fast, and when it was last heard. */
import { AgentsDocument, OnAgentChangedDocument } from '@plumage/api-client/operations';
import { CommandLine } from '../../design/command-line.tsx';
import { Empty, Problem } from '../../design/notice.tsx';
import { PageHead, Section } from '../../design/page-head.tsx';
import { TableSkeleton } from '../../design/skeletons.tsx';
import { StartAgent, useOrigin } from '../../design/start-agent.tsx';
import { sayError } from '../../graph/say-error.ts';
import { useLive } from '../../graph/use-live.ts';
import { usePageQuery } from '../../graph/use-page-query.ts';
import { AgentPanel } from './agent-panel.tsx';

/** What an agent's box can be asked, and how an agent stays. */
const OtherCommands = () => {
  const server = useOrigin();
  const doctor = `npm run agent -- doctor --server ${server} --key plu_agent_…`;
  const service = `npm run agent -- service --server ${server} --key-file agent.key`;
  return (
    <>
      <p>What the box offers, what is missing, and whether this server takes it:</p>
      <CommandLine command={doctor} label="Command that examines a box" />
      <p>
        A systemd unit, for an agent that starts with its box and again whenever it ends. The key stands in a
        file:
      </p>
      <CommandLine command={service} label="Command that prints a systemd unit" />
    </>
  );
};

export const AgentsPage = () => {
  const { data, error, refresh } = usePageQuery(AgentsDocument, {}, { pollMs: 10_000 });
  useLive(OnAgentChangedDocument, {}, refresh);
  const agents = data?.agents;
  const online = agents?.filter((agent) => agent.online) ?? [];
  const gone = agents?.filter((agent) => !agent.online) ?? [];
  const slots = online.reduce((sum, agent) => sum + agent.slots.length, 0);
  return (
    <>
      <PageHead
        title="Agents"
        about={
          agents === undefined
            ? ' '
            : `${online.length} online with ${slots} ${slots === 1 ? 'slot' : 'slots'}`
        }
      />
      {error !== undefined && <Problem>{sayError(error)}</Problem>}
      {agents === undefined && <TableSkeleton rows={4} />}
      {online.map((agent) => (
        <AgentPanel key={agent.id} agent={agent} />
      ))}
      {agents !== undefined && online.length === 0 && (
        <Empty title="No agent is online">
          Runs are trained by agents: one process a box, one slot a GPU (or one for the processor).
        </Empty>
      )}
      {gone.length > 0 && (
        <Section title="Not online">
          {gone.slice(0, 20).map((agent) => (
            <AgentPanel key={agent.id} agent={agent} />
          ))}
        </Section>
      )}
      {agents !== undefined && (
        <Section title="Start an agent">
          <StartAgent />
          <OtherCommands />
        </Section>
      )}
    </>
  );
};
