'use client';
/** One slot: its device, its run, how hard it works, what is wrong with it, and the buttons that hold it back. */
import { formatStep, formatValue } from '@plumage/charts';
import Link from 'next/link';
import { Progress } from '../../design/progress.tsx';
import { Ago } from '../../design/time.tsx';
import { type Agent, sayLimit, sayMemory, sayReading, sayShare, saySlot, type Slot } from './agent-words.ts';
import styles from './agents.module.css';
import { IntentButtons } from './intent-buttons.tsx';

export const slotColumns = [
  { name: 'Slot', numeric: true },
  { name: 'Device', numeric: false },
  { name: 'Run', numeric: false },
  { name: 'Images/s', numeric: true },
  { name: 'Busy', numeric: true },
  { name: 'Memory', numeric: true },
  { name: 'Temp.', numeric: true },
  { name: 'Power', numeric: true },
  { name: 'Heartbeat', numeric: true },
] as const;

const SlotRun = ({ run }: { readonly run: NonNullable<Slot['run']> }) => (
  <>
    <Link href={`/runs/${run.id}`}>{run.name}</Link>{' '}
    <span className="quiet">
      {formatStep(run.step)}
      {run.totalSteps === null ? '' : ` / ${formatStep(run.totalSteps)}`}
    </span>
    <Progress value={run.step} total={run.totalSteps} label={`Progress of ${run.name}`} />
  </>
);

/** Why it gets no runs and since when, else how its last run failed. */
const SlotTrouble = ({ slot }: { readonly slot: Slot }) => {
  if (slot.quarantinedAt !== null) {
    return (
      <span className={styles.error}>
        In quarantine since <Ago at={slot.quarantinedAt} />: {slot.quarantineReason ?? slot.lastError}
      </span>
    );
  }
  if (slot.lastError === null) return null;
  return <span className={styles.error}>Last error: {slot.lastError}</span>;
};

export const SlotRow = ({ slot, agent }: { readonly slot: Slot; readonly agent: Agent }) => {
  const busy = slot.run !== null;
  const standing = saySlot(slot, agent);
  const limit = sayLimit(slot.memoryLimitMb);
  // Figures of a run that has ended say nothing about now.
  const now = <T,>(value: T | null): T | null => (busy ? value : null);
  const quarantined = slot.quarantinedAt !== null;
  return (
    <tr aria-label={`Slot ${slot.index} of ${agent.name}`}>
      <td className={styles.number} data-label="Slot">
        {slot.index}
      </td>
      <td data-label="Device">
        <span className={styles.device} title={slot.device}>
          {slot.device}
        </span>
        <span className={styles.under}>{slot.backend}</span>
      </td>
      <td className={styles.runCell} data-label="Run">
        {slot.run !== null && <SlotRun run={slot.run} />}
        {standing !== null && <span className={busy ? styles.under : 'quiet'}>{standing}</span>}
        <SlotTrouble slot={slot} />
      </td>
      <td className={styles.number} data-label="Images/s">
        {formatValue(now(slot.imagesPerSecond), 3)}
      </td>
      <td className={styles.number} data-label="Busy">
        {sayShare(now(slot.utilisation))}
      </td>
      <td className={styles.number} data-label="Memory">
        {sayMemory(now(slot.memoryUsedMb), slot.memoryMb)}
        {limit !== null && (
          <span className={styles.under} title="A training that takes more is ended">
            {limit}
          </span>
        )}
      </td>
      <td className={styles.number} data-label="Temp.">
        {sayReading(now(slot.temperature), '°C')}
      </td>
      <td className={styles.number} data-label="Power">
        {sayReading(now(slot.powerWatts), 'W')}
      </td>
      <td className={styles.number} data-label="Heartbeat">
        <Ago at={busy ? slot.updatedAt : agent.lastSeenAt} />
      </td>
      <td className={styles.slotActions}>
        {(agent.intent === 'RUN' || quarantined) && (
          <IntentButtons
            agent={agent}
            slotIndex={slot.index}
            intent={slot.intent}
            quarantined={quarantined}
          />
        )}
      </td>
    </tr>
  );
};
