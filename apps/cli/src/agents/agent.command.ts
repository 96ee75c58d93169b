/** `plumage agents list`, and the four commands that steer an agent or one of its slots. */
import type { ApiClient } from '@plumage/api-client';
import {
  type AgentIntent,
  type AgentLineFragment,
  AgentsDocument,
  SetAgentIntentDocument,
} from '@plumage/api-client/operations';
import { closestName } from '@plumage/contract';
import { CommandError } from '../command/command.error.ts';
import { type Command, defineCommand } from '../command/command.type.ts';
import { agentTable } from './agent.view.ts';

export const listAgents = defineCommand({
  path: ['agents', 'list'],
  summary: 'List agents, one line a slot: what it trains, how fast, when it was last heard',
  flags: {},
  examples: ['plumage agents list', "plumage agents list --json | jq '.[] | select(.online) | .name'"],
  async run({ world, terminal, json, api }) {
    const { agents } = await api().request(AgentsDocument, {});
    if (json) terminal.out(JSON.stringify(agents, null, 2));
    else if (agents.length > 0) {
      terminal.out(agentTable(agents, world.now(), terminal.paint, terminal.columns));
    } else {
      terminal.out(
        `No agent has come yet. On a box with a GPU: plumage agent --server ${api().origin} --key plu_agent_...`,
      );
    }
    return 0;
  },
});

/** @throws CommandError NOT_FOUND */
const findAgent = async (api: ApiClient, nameOrId: string): Promise<AgentLineFragment> => {
  const { agents } = await api.request(AgentsDocument, {});
  const found = agents.find(({ name, id }) => name === nameOrId || id === nameOrId);
  if (found !== undefined) return found;
  const near = closestName(
    nameOrId,
    agents.map(({ name }) => name),
  );
  const hint = near === null ? '`plumage agents list` shows them.' : `Did you mean "${near}"?`;
  throw new CommandError('NOT_FOUND', `There is no agent "${nameOrId}".`, hint);
};

const meanings: Readonly<Record<AgentIntent, string>> = {
  DRAIN: 'ends what it trains and takes nothing new',
  PAUSE: 'saves what it trains and takes nothing until it is resumed',
  RUN: 'takes runs',
  STOP: 'saves what it trains and leaves',
};

const steering = (verb: string, intent: AgentIntent, summary: string): Command =>
  defineCommand({
    path: ['agents', verb],
    summary,
    argument: { name: 'NAME', help: 'the agent, by its name or its id' },
    flags: { slot: { type: 'string', value: 'N', range: [0, 1023], help: 'this slot only' } },
    examples: [`plumage agents ${verb} gpu-box`, `plumage agents ${verb} gpu-box --slot 1`],
    async run({ terminal, json, api }, { slot }, argument) {
      const { id, name, slots, online } = await findAgent(api(), argument);
      const slotIndex = slot === undefined ? null : Number(slot);
      if (slotIndex !== null && !slots.some(({ index }) => index === slotIndex)) {
        const has = slots.map(({ index }) => index).join(', ') || 'none';
        throw new CommandError('NOT_FOUND', `${name} has no slot ${slotIndex}; its slots: ${has}.`);
      }
      const input = { agentId: id, intent, slotIndex };
      const { agent } = (await api().request(SetAgentIntentDocument, { input })).setAgentIntent;
      const who = slotIndex === null ? name : `${name}, slot ${slotIndex},`;
      const when = online ? '' : ' (it is offline: it will hear so when it comes back)';
      terminal.out(json ? JSON.stringify(agent, null, 2) : `${who} ${meanings[intent]}${when}.`);
      return 0;
    },
  });

export const agentSteering: readonly Command[] = [
  steering('drain', 'DRAIN', 'Let it end what it trains, and give it nothing new'),
  steering('pause', 'PAUSE', 'Save what it trains, and give it nothing until it is resumed'),
  steering('resume', 'RUN', 'Let it take runs again'),
  steering('stop', 'STOP', 'Save what it trains, and end the agent'),
];
