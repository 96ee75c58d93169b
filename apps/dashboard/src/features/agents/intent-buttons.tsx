'use client';
/** The buttons that tell an agent, or one of its slots, what to do. A stop is asked for twice. */
import { Button } from '@mantine/core';
import { type AgentIntent, SetAgentIntentDocument } from '@plumage/api-client/operations';
import { useMutation } from 'urql';
import { ConfirmButton } from '../../design/confirm.tsx';
import { Problem } from '../../design/notice.tsx';
import { sayError } from '../../graph/say-error.ts';
import styles from './agents.module.css';
import { intentChoices, stopConsequence } from './intent-words.ts';

export interface IntentButtonsProps {
  readonly agent: { readonly id: string; readonly name: string };
  /** Left out: the whole agent. */
  readonly slotIndex?: number;
  readonly intent: AgentIntent;
  readonly quarantined?: boolean;
}

export const IntentButtons = ({ agent, slotIndex, intent, quarantined }: IntentButtonsProps) => {
  const [state, set] = useMutation(SetAgentIntentDocument);
  const whom = slotIndex === undefined ? 'agent' : 'slot';
  const target = slotIndex === undefined ? agent.name : `slot ${slotIndex} of ${agent.name}`;
  const compact = whom === 'slot';
  const ask = (wanted: AgentIntent): void =>
    void set({ input: { agentId: agent.id, slotIndex: slotIndex ?? null, intent: wanted } });
  return (
    <div className={styles.actions}>
      {intentChoices(whom, intent, quarantined).map((choice) =>
        choice.intent === 'STOP' ? (
          <ConfirmButton
            key={choice.name}
            name={choice.name}
            label={`${choice.name} ${target}`}
            title={choice.effect}
            question={`Stop ${target}?`}
            consequence={stopConsequence[whom]}
            compact={compact}
            busy={state.fetching}
            onConfirm={() => ask('STOP')}
          />
        ) : (
          <Button
            key={choice.name}
            aria-label={quarantined === true ? `${choice.name}: ${target}` : `${choice.name} ${target}`}
            title={choice.effect}
            size={compact ? 'compact-xs' : 'xs'}
            variant={choice.intent === 'RUN' ? 'filled' : 'default'}
            loading={state.fetching}
            onClick={() => ask(choice.intent)}
          >
            {choice.name}
          </Button>
        ),
      )}
      {state.error !== undefined && <Problem>{sayError(state.error)}</Problem>}
    </div>
  );
};
