'use client';
import { Button } from '@mantine/core';
import {
  type AgentIntent,
  type AgentLineFragment,
  SetAgentIntentDocument,
} from '@plumage/api-client/operations';
import { formatStep, formatValue } from '@plumage/charts';
import Link from 'next/link';
import { useMutation } from 'urql';
import { ConfirmButton } from '../../design/confirm.tsx';
import { Problem } from '../../design/notice.tsx';
import { Progress } from '../../design/progress.tsx';
import { Ago } from '../../design/time.tsx';
import { sayError } from '../../graph/say-error.ts';
import { sayIntent, sayMemory } from './agent-words.ts';
import styles from './agents.module.css';

type Slot = AgentLineFragment['slots'][number];

const SlotRow = ({ slot }: { readonly slot: Slot }) => {
  const run = slot.run;
  return (
    <tr>
      <td className={styles.number}>{slot.index}</td>
      <td>{slot.device}</td>
      <td>{slot.backend}</td>
      <td className={styles.runCell}>
        {run === null ? (
          <span className="quiet">
            {slot.quarantinedAt === null ? sayIntent(slot.intent, 'idle') : 'quarantined'}
          </span>
        ) : (
          <>
            <Link href={`/runs/${run.id}`}>{run.name}</Link>{' '}
            <span className="quiet">
              {formatStep(run.step)}
              {run.totalSteps === null ? '' : ` / ${formatStep(run.totalSteps)}`}
            </span>
            <Progress value={run.step} total={run.totalSteps} label={`Progress of ${run.name}`} />
          </>
        )}
        {(slot.quarantineReason ?? slot.lastError) !== null && (
          <span className={styles.error}>{slot.quarantineReason ?? slot.lastError}</span>
        )}
      </td>
      <td className={styles.number}>{formatValue(slot.imagesPerSecond, 3)}</td>
      <td className={styles.number}>
        {slot.utilisation === null
          ? '–'
          : `${Math.round(slot.utilisation * (slot.utilisation <= 1 ? 100 : 1))} %`}
      </td>
      <td className={styles.number}>{sayMemory(slot.memoryUsedMb, slot.memoryMb)}</td>
      <td className={styles.number}>
        <Ago at={slot.updatedAt} />
      </td>
    </tr>
  );
};

const AgentActions = ({ agent }: { readonly agent: AgentLineFragment }) => {
  const [state, set] = useMutation(SetAgentIntentDocument);
  const ask = (intent: AgentIntent): void => void set({ input: { agentId: agent.id, intent } });
  return (
    <div className={styles.actions}>
      {state.error !== undefined && <Problem>{sayError(state.error)}</Problem>}
      {agent.intent !== 'RUN' && (
        <Button variant="filled" loading={state.fetching} onClick={() => ask('RUN')}>
          Resume
        </Button>
      )}
      {agent.intent === 'RUN' && (
        <>
          <Button title="Running runs finish, no new one starts" onClick={() => ask('DRAIN')}>
            Drain
          </Button>
          <Button title="Running runs are checkpointed and held" onClick={() => ask('PAUSE')}>
            Pause
          </Button>
        </>
      )}
      {agent.intent !== 'STOP' && (
        <ConfirmButton
          name="Stop agent"
          question={`Stop ${agent.name}?`}
          consequence="It writes a checkpoint of what it trains, gives its runs back to the queue and ends. To start it again one must be on its box."
          busy={state.fetching}
          onConfirm={() => ask('STOP')}
        />
      )}
    </div>
  );
};

/** One agent: its box, what it was told to do, its slots. */
export const AgentPanel = ({ agent }: { readonly agent: AgentLineFragment }) => (
  <section className={styles.agent} aria-label={`Agent ${agent.name}`}>
    <div className={styles.head}>
      <div>
        <h2>
          {agent.name}{' '}
          <span className={styles.mark} data-online={agent.online}>
            {agent.online ? sayIntent(agent.intent, 'online') : 'gone'}
          </span>
        </h2>
        <p className={styles.about}>
          {agent.hostname} · {agent.platform} · version {agent.version} · heard <Ago at={agent.lastSeenAt} />
        </p>
      </div>
      {agent.online && <AgentActions agent={agent} />}
    </div>
    {agent.online && (
      <div className={styles.scroller} tabIndex={0} role="region" aria-label={`Slots of ${agent.name}`}>
        <table className={styles.slots}>
          <thead>
            <tr>
              <th scope="col" className={styles.number}>
                Slot
              </th>
              <th scope="col">Device</th>
              <th scope="col">Backend</th>
              <th scope="col">Run</th>
              <th scope="col" className={styles.number}>
                img/s
              </th>
              <th scope="col" className={styles.number}>
                Busy
              </th>
              <th scope="col" className={styles.number}>
                Memory
              </th>
              <th scope="col" className={styles.number}>
                Heartbeat
              </th>
            </tr>
          </thead>
          <tbody>
            {agent.slots.map((slot) => (
              <SlotRow key={slot.id} slot={slot} />
            ))}
          </tbody>
        </table>
      </div>
    )}
  </section>
);
