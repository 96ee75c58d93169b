'use client';
/** One agent: its box, what sweeps find there, what it was told to do, its slots. */
import { Ago } from '../../design/time.tsx';
import { type Agent, sayAgent, sayPlacement } from './agent-words.ts';
import styles from './agents.module.css';
import { IntentButtons } from './intent-buttons.tsx';
import { SlotRow, slotColumns } from './slot-row.tsx';

const SlotTable = ({ agent }: { readonly agent: Agent }) => (
  <div className={styles.scroller} tabIndex={0} role="region" aria-label={`Slots of ${agent.name}`}>
    <table className={styles.slots}>
      <thead>
        <tr>
          {slotColumns.map(({ name, numeric }) => (
            <th key={name} scope="col" className={numeric ? styles.number : undefined}>
              {name}
            </th>
          ))}
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {agent.slots.map((slot) => (
          <SlotRow key={slot.id} slot={slot} agent={agent} />
        ))}
      </tbody>
    </table>
  </div>
);

export const AgentPanel = ({ agent }: { readonly agent: Agent }) => (
  <section className={styles.agent} aria-label={`Agent ${agent.name}`}>
    <div className={styles.head}>
      <div>
        <h2>
          {agent.name}{' '}
          <span className={styles.mark} data-online={agent.online}>
            {sayAgent(agent)}
          </span>
        </h2>
        <p className={styles.about}>
          {agent.hostname} · {agent.platform} · version {agent.version} · heard <Ago at={agent.lastSeenAt} />
        </p>
        {agent.online && <p className={styles.about}>{sayPlacement(agent)}</p>}
      </div>
      {agent.online && <IntentButtons agent={agent} intent={agent.intent} />}
    </div>
    {agent.online && <SlotTable agent={agent} />}
  </section>
);
